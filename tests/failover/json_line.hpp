#pragma once
#include <memory>
#include <string>
#include <utility>

#include "json/parse.hpp"

/// A text and its document, for what reads a json::View during one call.
struct JsonLine : understudy::json::Document {
  explicit JsonLine(std::string text) : JsonLine(std::make_unique<std::string>(std::move(text))) {}
  operator understudy::json::View() const { return root(); }  // NOLINT(google-explicit-constructor)

 private:
  explicit JsonLine(std::unique_ptr<std::string> text) : Document(*text), text_(std::move(text)) {}
  std::unique_ptr<std::string> text_;
};
