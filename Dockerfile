# docker build -t learnsim . && docker run --rm -v "$PWD":/data learnsim run hybrid_vs_lecture
FROM python:3.13-slim
ENV LEARNSIM_CACHE=/var/cache/learnsim
WORKDIR /learnsim
COPY pyproject.toml README.md LICENSE ./
COPY src src
COPY experiments experiments
RUN pip install --no-cache-dir ".[dask,excel,sensitivity,xarray]"
# compiles the kernels of each model once, so that no container has to
RUN for name in hybrid_vs_lecture march1991 lazer2007; do learnsim run $name --replicates 2 --quiet; done && rm -r results
WORKDIR /data
ENTRYPOINT ["learnsim"]
CMD ["--help"]
