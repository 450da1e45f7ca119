// Command feed keeps the latest of what it is told, and tells it again.
package main

import (
	"encoding/json"
	"flag"
	"log"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"
	"golang.org/x/text/cases"
	"golang.org/x/text/language"
)

type item struct {
	ID    uuid.UUID `json:"id"`
	Title string    `json:"title"`
	At    time.Time `json:"at"`
}

type feed struct {
	sync.Mutex
	items []item
}

func (f *feed) add(w http.ResponseWriter, r *http.Request) {
	var it item
	if err := json.NewDecoder(r.Body).Decode(&it); err != nil || it.Title == "" {
		http.Error(w, "an item has a title", http.StatusBadRequest)
		return
	}
	it.ID, it.At = uuid.New(), time.Now()
	it.Title = cases.Title(language.English).String(it.Title)
	f.Lock()
	f.items = append(f.items, it)
	f.Unlock()
	w.WriteHeader(http.StatusCreated)
}

func (f *feed) list(w http.ResponseWriter, _ *http.Request) {
	f.Lock()
	defer f.Unlock()
	_ = json.NewEncoder(w).Encode(f.items)
}

func router() http.Handler {
	f, r := &feed{}, chi.NewRouter()
	r.Post("/items", f.add)
	r.Get("/items", f.list)
	r.Get("/health", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok\n")) })
	return r
}

func port() string {
	if p := os.Getenv("PORT"); p != "" {
		return p
	}
	return "8000"
}

// Exit 0 when the service on this host answers: for HEALTHCHECK, which has no curl.
func check() int {
	answer, err := http.Get("http://127.0.0.1:" + port() + "/health")
	if err != nil || answer.StatusCode != http.StatusOK {
		return 1
	}
	return 0
}

func main() {
	health := flag.Bool("health", false, "ask the service on this host")
	flag.Parse()
	if *health {
		os.Exit(check())
	}
	log.Fatal(http.ListenAndServe(":"+port(), router()))
}
