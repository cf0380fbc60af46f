module greenpath.dev/cluster/programs

go 1.26.0
