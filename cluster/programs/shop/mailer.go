package main

import (
	"context"
	"errors"
	"log"
	"os"
	"os/signal"
	"syscall"
	"time"

	"greenpath.dev/cluster/programs/web"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Between two signs of life.
const beat = 50 * time.Millisecond

// mail confirms orders one after the other until SIGTERM, and leaves a sign of life as long as it may touch the queue.
func mail(pool *pgxpool.Pool) {
	stop, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer cancel()
	alive, end := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for alive.Err() == nil {
			live(pool)
			time.Sleep(beat)
		}
		live(pool)
	}()
	for stop.Err() == nil {
		switch err := confirmOne(pool); {
		case errors.Is(err, pgx.ErrNoRows):
			time.Sleep(beat)
		case err != nil:
			log.Fatal(err)
		}
	}
	// The last mail takes as long as connections take elsewhere: a worker that was told to end still works.
	time.Sleep(web.Seconds("DRAIN"))
	end()
	<-ended
}

func live(pool *pgxpool.Pool) {
	const statement = "insert into beats (revision, pod, at) values ($1, $2, clock_timestamp())"
	if _, err := pool.Exec(context.Background(), statement, revision, os.Getenv("HOSTNAME")); err != nil {
		log.Fatal(err)
	}
}

// confirmOne takes the oldest job that nobody works on; a worker that dies in the middle gives it back.
func confirmOne(pool *pgxpool.Pool) error {
	ctx := context.Background()
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		var id int
		const take = "select id from jobs where done_by is null order by id limit 1 for update skip locked"
		if err := tx.QueryRow(ctx, take).Scan(&id); err != nil {
			return err
		}
		time.Sleep(20 * time.Millisecond) // the mail
		_, err := tx.Exec(ctx, "update jobs set done_by = $1, done_at = clock_timestamp() where id = $2", revision, id)
		return err
	})
}
