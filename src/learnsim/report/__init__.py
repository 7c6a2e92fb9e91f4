"""Report: tables, sentences, figures and pages made from the numbers of an analysis."""
