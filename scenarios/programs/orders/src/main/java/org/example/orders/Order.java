package org.example.orders;

/** What somebody wants, and how many of it. */
public record Order(String item, int count) {}
