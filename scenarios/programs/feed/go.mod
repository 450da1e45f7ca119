module example.org/feed

go 1.21

require (
	github.com/go-chi/chi/v5 v5.1.0
	github.com/google/uuid v1.6.0
	golang.org/x/text v0.14.0
)
