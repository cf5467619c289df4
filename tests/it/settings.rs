//! The settings an admin hands out: what the command prints makes a client report here.

mod command;
mod api;
mod pages;
mod delivered;
mod attributes;
