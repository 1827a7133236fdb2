#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <charconv>
#include <chrono>
#include <expected>
#include <iostream>
#include <optional>

#include "app/ask_daemon.hpp"
#include "app/command_line.hpp"
#include "http/operator_token.hpp"
#include "wire/json_text.hpp"

namespace understudy::daemon::app {

namespace {

struct TokenOptions {
  std::string state_dir{};
  std::string name{};
  std::string role{};
  std::optional<std::chrono::milliseconds> lasts{};

  [[nodiscard]] bool mints() const { return !name.empty() || !role.empty() || lasts; }
};

/// "30d", "12h", "90m", "2w"
std::optional<std::chrono::milliseconds> parse_span(std::string_view text) {
  std::int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  constexpr std::int64_t most = 100'000;
  if (error != std::errc{} || count < 1 || count > most) return std::nullopt;
  if (unit == "m") return std::chrono::minutes{count};
  if (unit == "h") return std::chrono::hours{count};
  if (unit == "d") return std::chrono::days{count};
  if (unit == "w") return std::chrono::weeks{count};
  return std::nullopt;
}

/// The error is a sentence.
std::expected<TokenOptions, std::string> parse(Args args) {
  TokenOptions options;
  for (std::size_t i = 0; i < args.size(); i += 2) {
    if (i + 1 >= args.size() || args[i + 1].empty()) return std::unexpected(args[i] + " needs a value");
    const auto& value = args[i + 1];
    if (args[i] == "--state-dir") {
      options.state_dir = value;
    } else if (args[i] == "--name") {
      options.name = value;
    } else if (args[i] == "--role") {
      options.role = value;
    } else if (args[i] == "--expires") {
      options.lasts = parse_span(value);
      if (!options.lasts)
        return std::unexpected("--expires needs a time such as 90m, 12h, 30d or 2w, got '" + value + "'");
    } else {
      return std::unexpected("unknown option '" + args[i] + "'");
    }
  }
  if (options.state_dir.empty()) options.state_dir = default_state_dir();
  if (options.mints() && options.role.empty()) options.role = "viewer";
  if (options.mints() && options.name.empty()) options.name = options.role;
  return options;
}

int fail(std::string_view sentence) {
  std::cerr << sentence << '\n';
  return 1;
}

int mint(const TokenOptions& options) {
  wire::ObjectText body;
  body.text("name", options.name).text("role", options.role);
  if (options.lasts) {
    const auto expires = std::chrono::system_clock::now().time_since_epoch() + *options.lasts;
    body.integer("expires", std::chrono::duration_cast<std::chrono::milliseconds>(expires).count());
  }
  const auto response = ask_daemon(options.state_dir, "POST", "/tokens", std::move(body).done());
  if (!response) return fail(response.error());
  boost::system::error_code error;
  const auto answer = boost::json::parse(response->body, error);
  if (response->status != 201) return fail("the daemon did not create a token: " + response->body);
  const auto* value = error ? nullptr : answer.find_pointer("/value", error);
  if (value == nullptr || !value->is_string()) return fail("the daemon's response contains no token");
  std::cout << value->get_string().c_str() << '\n';
  return 0;
}

}  // namespace

int show_token(Args args) {
  const auto options = parse(args);
  if (!options) {
    std::cerr << "understudyd token: " << options.error() << '\n'
              << "usage: understudyd token [--state-dir DIR] [--role operator|viewer|store] [--name NAME] "
                 "[--expires 30d]\n";
    return bad_usage;
  }
  if (options->mints()) return mint(*options);
  const auto token = http::load_token(options->state_dir + "/operator-token");
  if (!token) return fail(token.error());
  std::cout << *token << '\n';
  return 0;
}

}  // namespace understudy::daemon::app
