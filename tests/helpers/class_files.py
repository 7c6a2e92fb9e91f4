"""Files that people open as class lists: those that are one, with how many people, and those that are another kind of file."""

import io
import json
import zipfile


def archive(*names):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        for name in names:
            made.writestr(name, "x")
    return stream.getvalue()


ANOTHER = {
    "story.html": ("<!doctype html>\n<html lang='en'><title>learnsim</title>", "is a web page, not a class list; open it in a browser"),
    "picture.svg": ('<?xml version="1.0"?>\n<svg xmlns="x"></svg>', "is a picture, not a class list"),
    "picture.csv": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "is a picture, not a class list"),
    "photo.txt": (b"\xff\xd8\xff\xe0\0\x10JFIF", "is a picture, not a class list"),
    "paper.csv": (b"%PDF-1.7\n%\xe2\xe3", "is a PDF document, not a class list"),
    "letter.txt": (archive("[Content_Types].xml", "word/document.xml"), "is a text document, not a class list"),
    "table.csv": (archive("mimetype", "content.xml"), "is an OpenDocument spreadsheet, not a class list"),
    "many.csv": (archive("a.csv", "b.csv"), "is an archive, not a class list"),
    "study.toml": ('# why\n[experiment]\nname = "x"\n[arms.hybrid]\n', "is an experiment file, not a class list; start learnsim viz study.toml with it"),
    "broken.toml": ('[organisation]\nroster = "C:\\Users\\Zoe\\people.csv"\n', "is an experiment file, not a class list"),
    "other.toml": ('[project]\nname = "x"\n', "is a settings file, not a class list"),
    "data.json": (json.dumps([{"name": "Ana"}]), "is a JSON file, not a class list"),
    "mine.py": ("import os\nprint(os.name)\n", "is a program, not a class list"),
    "mine.txt": ("import os\n\ndef f():\n    return os.name\n", "is a program, not a class list"),
    "run.sh": ("#!/bin/sh\nset -e\n", "is a program, not a class list"),
    "plan.csv": ("\ufeffcycle,community,cell,person\n1,north,1,P1\n", "is a plan of learnsim plan, not a class list; to see it, start learnsim viz with"),
    "runs.csv": ("arm,replicate,seed,mean_mastery\nhybrid,0,1,0.5\n", "is a table of results, not a class list"),
    "style.matplotlibrc": ("font.size: 12\naxes.facecolor: black\n", "has no column names that learnsim knows, and its lines are no names"),
    "essay.txt": (
        "Organisations learn when their people do, and people learn from each other.\nThis is a second line of a text that is no list at all.\n",
        "has no column names that learnsim knows, and its lines are no names",
    ),
}

LISTS = {  # as platforms and spreadsheets write them, and as people type them
    "brightspace.csv": (b"OrgDefinedId,Username,Last Name,First Name,Email,End-of-Line Indicator\n#9001,#p1,One,Ana,a@x.org,#\n#9002,#p2,Two,Bo,,#\n", 2),
    "canvas.csv": (b'Student,ID,SIS User ID,SIS Login ID,Section\n,,,,Manual Posting\n"One, Ana",1,9,p1,A\n"Two, Bo",2,8,p2,A\n', 2),
    "semicolons.csv": (b"id;community;learning_speed\nP1;Blue;0,5\nP2;Red;0,5\n", 2),
    "sep.csv": (b"sep=;\nid;community\nP1;Blue\nP2;Red\n", 2),
    "titles.csv": (b"Course: Safety,,\nExported,2026-01-01,\nid,community,learning_speed\nP1,Blue,0.5\nP2,Red,0.5\n", 2),
    "trailing.csv": (b"id,community,,\nP1,Blue,,\nP2,Red,,\n,,,\n", 2),
    "spaces.csv": (b'id, community, learning_speed\n"P1", "Blue", 0.5\nP2, Blue, 0.5\n', 2),
    "unknown.csv": (b"id,community,learning_speed\nP1,Blue,0.5\nP2,Red,\nP3,Blue,-\n", 3),
    "interests.csv": (b"id,interest_1,interest_2\nP1,0.2,1.0\nP2,0.4,0.8\n", 2),
    "labels.csv": (b"id,community\nP1,Sales\nP2,sales\nP3,Sales  Team\nP4,Ops; Sales\n", 4),
    "tabs.csv": ("id\tcommunity\nP1\tBlue\nP2\tRed\n".encode("utf-16"), 2),
    "nobom.csv": ("id,community\nP1,Blue\nP2,Red\n".encode("utf-16-le"), 2),
    "latin.csv": ("id,community\nP1 Zoë,Blue\nP2,Red\n".encode("cp1252"), 2),
    "names.txt": ("Zoë Example\nExample, Ana\nالعربية\n\n".encode(), 3),
    "twice.txt": (b"Kim\nLee\nKim\n", 3),
    "own columns.csv": (b"Wer,Wo\nAna,hier\nBo,dort\n", 2),
}
