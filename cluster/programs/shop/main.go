// Command shop is the example of examples/shop: PART chooses which of its parts this process is.
package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"greenpath.dev/cluster/programs/web"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

var (
	part     = os.Getenv("PART")
	revision = os.Getenv("REVISION")
)

func main() {
	switch part {
	case "front":
		web.Serve(named(http.HandlerFunc(front)))
	case "cart":
		web.Serve(named(http.HandlerFunc(cart)))
	case "orders":
		web.Serve(named(orders(database())))
	case "mailer":
		mail(database())
	case "caller":
		call()
	default:
		log.Fatalf("PART is %q; there are front, cart, orders, mailer and caller", part)
	}
}

// named says in every answer which part of which revision it is from.
func named(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Revision", revision)
		w.Header().Set("X-Part", part)
		next.ServeHTTP(w, r)
	})
}

// cartAddress is where the cart is if CART does not say it.
const cartAddress = "http://cart/"

// front asks the cart of its own stack.
func front(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/ready" {
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), 5*time.Second)
	defer cancel()
	request, _ := http.NewRequestWithContext(ctx, http.MethodGet, cmp.Or(os.Getenv("CART"), cartAddress), nil)
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	defer answer.Body.Close()
	w.Header().Set("X-Cart", answer.Header.Get("X-Revision"))
	// Every part on the way, when one front asks another.
	w.Header().Set("X-Chain", strings.TrimSpace(revision+" "+cmp.Or(answer.Header.Get("X-Chain"), answer.Header.Get("X-Revision"))))
	fmt.Fprintf(w, "%s with the cart of %s\n", os.Getenv("GREETING"), answer.Header.Get("X-Revision"))
}

// cart counts what it is asked in the Redis that REDIS names, if there is one.
func cart(w http.ResponseWriter, r *http.Request) {
	if address := os.Getenv("REDIS"); address != "" {
		command := "INCR asked"
		if r.URL.Path == "/ready" {
			command = "PING"
		}
		if err := tell(address, command); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
	}
	fmt.Fprintf(w, "the cart of %s\n", revision)
}

// orders lists the newest ones, and with ?new=NAME takes one in, which the mailer is to confirm.
func orders(pool *pgxpool.Pool) http.Handler {
	// The column is the application's code: a version that was written for another schema says so here.
	column := pgx.Identifier{os.Getenv("COLUMN")}.Sanitize()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := answerOrders(r, pool, column, w); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	})
}

func answerOrders(r *http.Request, pool *pgxpool.Pool, column string, w http.ResponseWriter) error {
	if r.URL.Path == "/ready" {
		return pool.Ping(r.Context())
	}
	if item := r.URL.Query().Get("new"); item != "" {
		statement := "with made as (insert into orders (" + column + ") values ($1) returning id) insert into jobs (order_id) select id from made"
		if _, err := pool.Exec(r.Context(), statement, item); err != nil {
			return err
		}
	}
	rows, err := pool.Query(r.Context(), "select "+column+" from orders order by id desc limit 3")
	if err != nil {
		return err
	}
	items, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(items)
}

// database is the one that DATABASE_HOST names, once it answers.
func database() *pgxpool.Pool {
	address := url.URL{
		Scheme:   "postgres",
		User:     url.UserPassword("shop", os.Getenv("DATABASE_PASSWORD")),
		Host:     os.Getenv("DATABASE_HOST"),
		Path:     "/shop",
		RawQuery: "pool_max_conns=4&connect_timeout=5",
	}
	pool, err := pgxpool.New(context.Background(), address.String())
	if err != nil {
		log.Fatal("the address of the database cannot be read")
	}
	for pool.Ping(context.Background()) != nil {
		time.Sleep(100 * time.Millisecond)
	}
	return pool
}
