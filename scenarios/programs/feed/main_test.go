package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestAnItemIsKept(t *testing.T) {
	s := httptest.NewServer(router())
	defer s.Close()
	answer, err := http.Post(s.URL+"/items", "application/json", strings.NewReader(`{"title":"a day"}`))
	if err != nil || answer.StatusCode != http.StatusCreated {
		t.Fatal(answer, err)
	}
}
