// Command app is the application of the tests: it says its revision in every answer and misbehaves on request. What the
// environment variables and queries do stands in cluster/README.md.
package main

import (
	"bufio"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"greenpath.dev/cluster/programs/web"
)

var revision = os.Getenv("REVISION")

// What /control last asked for: a status for every answer, a revision to claim ("-" for none), that no answer comes, and
// a text on the page.
var control struct {
	sync.Mutex
	status   int
	revision string
	hang     bool
	news     string
}

func main() {
	if message := os.Getenv("CRASH"); message != "" {
		log.Fatal(message)
	}
	time.Sleep(web.Seconds("START_DELAY"))
	started := time.Now()
	if after := web.Seconds("CRASH_AFTER"); after > 0 {
		time.AfterFunc(after, func() { log.Fatal("crashing, as CRASH_AFTER asks") })
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/ready", func(w http.ResponseWriter, _ *http.Request) {
		if os.Getenv("FAIL_READY") == "true" || time.Since(started) < web.Seconds("READY_DELAY") {
			http.Error(w, "not ready", http.StatusServiceUnavailable)
		}
	})
	mux.HandleFunc("/version", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(map[string]string{"revision": revision})
	})
	mux.HandleFunc("/metrics", metrics)
	mux.HandleFunc("/stream", stream)
	mux.HandleFunc("/ws", websocket)
	mux.HandleFunc("/", echo)
	web.Serve(counted(identify(mux)))
}

// How many answers had each status.
var answers = struct {
	sync.Mutex
	byStatus map[int]int
}{byStatus: map[int]int{}}

// metrics says that in the text format of Prometheus.
func metrics(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; version=0.0.4")
	fmt.Fprintln(w, "# TYPE http_requests_total counter")
	answers.Lock()
	defer answers.Unlock()
	for status, count := range answers.byStatus {
		fmt.Fprintf(w, "http_requests_total{revision=%q,code=\"%d\"} %d\n", revision, status, count)
	}
}

// statusWriter knows with which status its request was answered.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController flush and hijack.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// counted counts the answers, but not those for the kubelet and Prometheus.
func counted(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/ready" || r.URL.Path == "/metrics" {
			next.ServeHTTP(w, r)
			return
		}
		writer := &statusWriter{ResponseWriter: w, status: http.StatusOK}
		defer func() {
			answers.Lock()
			answers.byStatus[writer.status]++
			answers.Unlock()
		}()
		next.ServeHTTP(writer, r)
	})
}

func identify(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		control.Lock()
		if r.URL.Path == "/control" {
			control.status, _ = strconv.Atoi(r.URL.Query().Get("status"))
			control.revision = r.URL.Query().Get("revision")
			control.hang = r.URL.Query().Get("hang") == "true"
			control.news = r.URL.Query().Get("news")
		}
		status, claimed, hang := control.status, control.revision, control.hang
		control.Unlock()
		if hang && r.URL.Path != "/ready" && r.URL.Path != "/control" {
			<-r.Context().Done()
			return
		}
		if claimed == "" {
			claimed = revision
		}
		if claimed != "-" {
			w.Header().Set("X-Revision", claimed)
		}
		if part := os.Getenv("PART"); part != "" {
			w.Header().Set("X-Part", part)
		}
		w.Header().Set("X-Path", r.RequestURI)
		if wait, err := strconv.Atoi(r.URL.Query().Get("slow")); err == nil {
			time.Sleep(time.Duration(wait) * time.Millisecond)
		}
		if status != 0 && r.URL.Path != "/ready" && r.URL.Path != "/control" {
			http.Error(w, "failing, as /control asked", status)
			return
		}
		if path := os.Getenv("FAIL_SMOKE"); path != "" && path == r.URL.Path {
			http.Error(w, "failing, as FAIL_SMOKE asks", http.StatusInternalServerError)
			return
		}
		if path := os.Getenv("MISSING"); path != "" && path == r.URL.Path {
			http.NotFound(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func echo(w http.ResponseWriter, r *http.Request) {
	io.Copy(io.Discard, r.Body)
	control.Lock()
	defer control.Unlock()
	if kilobytes, err := strconv.Atoi(r.URL.Query().Get("page")); err == nil && kilobytes <= 1000 {
		w.Header().Set("Content-Type", "text/html")
		defer io.WriteString(w, strings.Repeat(".", 1024*kilobytes))
	}
	fmt.Fprintf(w, "revision=%s path=%s%s\n", revision, r.RequestURI, control.news)
}

func stream(w http.ResponseWriter, r *http.Request) {
	length, err := time.ParseDuration(r.URL.Query().Get("for"))
	if err != nil {
		http.Error(w, "for: expected a duration", http.StatusBadRequest)
		return
	}
	for end, line := time.Now().Add(length), 0; time.Now().Before(end); line++ {
		fmt.Fprintf(w, "%s %d\n", revision, line)
		http.NewResponseController(w).Flush()
		time.Sleep(100 * time.Millisecond)
	}
	fmt.Fprintln(w, "end")
}

// websocket upgrades (RFC 6455) and sends every unfragmented message of less than 126 bytes back.
func websocket(w http.ResponseWriter, r *http.Request) {
	key := r.Header.Get("Sec-WebSocket-Key")
	if key == "" {
		http.Error(w, "expected a websocket", http.StatusUpgradeRequired)
		return
	}
	connection, buffer, err := http.NewResponseController(w).Hijack()
	if err != nil {
		log.Print(err)
		return
	}
	defer connection.Close()
	sum := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	fmt.Fprintf(buffer, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nX-Revision: %s\r\nSec-WebSocket-Accept: %s\r\n\r\n",
		revision, base64.StdEncoding.EncodeToString(sum[:]))
	buffer.Flush()
	for {
		opcode, payload, err := readFrame(buffer.Reader)
		if err != nil {
			return
		}
		buffer.Write(append([]byte{0x80 | opcode, byte(len(payload))}, payload...))
		buffer.Flush()
		if opcode == 8 {
			return
		}
	}
}

func readFrame(reader *bufio.Reader) (byte, []byte, error) {
	var head struct{ First, Length byte }
	if err := binary.Read(reader, binary.BigEndian, &head); err != nil {
		return 0, nil, err
	}
	length := int(head.Length & 0x7f)
	if length > 125 || head.Length&0x80 == 0 {
		return 0, nil, errors.New("expected a short masked frame")
	}
	frame := make([]byte, 4+length)
	if _, err := io.ReadFull(reader, frame); err != nil {
		return 0, nil, err
	}
	for i := range frame[4:] {
		frame[4+i] ^= frame[i%4]
	}
	return head.First & 0x0f, frame[4:], nil
}
