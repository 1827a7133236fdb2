#include <catch2/catch.hpp>
#include <string>

#include "understudy/failover/agent_reader.hpp"

using namespace understudy::failover;

namespace {

std::unique_ptr<AgentReader> command() {
  auto reader = make_agent_reader("command", "ollama");
  REQUIRE(reader);
  return reader;
}

constexpr ExitStatus exited(int code) {
  return {.exit_code = code};
}

}  // namespace

TEST_CASE("an external agent has no reader", "[agents]") {
  CHECK_FALSE(make_agent_reader("external", "p"));
  CHECK_FALSE(make_agent_reader("", "p"));
}

TEST_CASE("a command that exits 0 answers with its stdout", "[agents]") {
  auto reader = command();
  reader->read_output("\n the ans");
  reader->read_errors("loading model\n");
  reader->read_output("wer\n\n");
  const auto reading = reader->finish(exited(0));
  CHECK(reading.output == "the answer");
  CHECK(reading.outcome.provider == "ollama");
  CHECK(reading.outcome.surface == Surface::cli_text);
  CHECK(reading.outcome.exit_code == 0);
  CHECK_FALSE(reading.outcome.status);
  CHECK_FALSE(reading.outcome.observed_at);
  CHECK_FALSE(reading.outcome.usage);
  CHECK_FALSE(reader->signs().answered);  // who can tell?
  CHECK_FALSE(reader->signs().unanswered_since);
}

TEST_CASE("a command that fails has last words and no answer", "[agents]") {
  auto reader = command();
  reader->read_output("working\n");
  reader->read_errors("error: connection refused\n");
  const auto reading = reader->finish(exited(3));
  CHECK_FALSE(reading.output);
  CHECK(reading.outcome.exit_code == 3);
  CHECK(reading.outcome.body == "working\nerror: connection refused");
}

TEST_CASE("a signal is an exit code as shells report it, a lost process has none", "[agents]") {
  CHECK(command()->finish({.signal = 9}).outcome.exit_code == 137);
  CHECK(command()->finish({.signal = 15}).outcome.exit_code == 143);
  CHECK_FALSE(command()->finish({}).outcome.exit_code);
  CHECK_FALSE(command()->finish({}).output);
}

TEST_CASE("a silent command that exits 0 has an empty answer", "[agents]") {
  const auto reading = command()->finish(exited(0));
  CHECK(reading.output == "");
  CHECK(reading.outcome.body.empty());
}

TEST_CASE("a chatty command keeps its newest words, from both streams", "[agents]") {
  auto reader = command();
  for (int i = 0; i < 5000; ++i) {
    reader->read_output("out line " + std::to_string(i) + "\n");
    reader->read_errors("err line " + std::to_string(i) + "\n");
  }
  const auto& body = reader->finish(exited(1)).outcome.body;
  CHECK(body.size() <= 16 * 1024);
  CHECK(body.size() > 15 * 1024);
  CHECK(body.starts_with("out line "));
  CHECK(body.find("out line 4999\nerr line ") != std::string::npos);
  CHECK(body.ends_with("err line 4999"));
}

TEST_CASE("a quiet stream leaves its room to the other", "[agents]") {
  auto reader = command();
  reader->read_errors("fatal\n");
  for (int i = 0; i < 5000; ++i) reader->read_output("line " + std::to_string(i) + "\n");
  const auto& body = reader->finish(exited(1)).outcome.body;
  CHECK(body.size() > 15 * 1024);
  CHECK(body.size() <= 16 * 1024);
  CHECK(body.ends_with("line 4999\nfatal"));
}

TEST_CASE("an answer is bounded and ends at a character", "[agents]") {
  auto reader = command();
  reader->read_output("x");
  for (int i = 0; i < 300'000; ++i) reader->read_output("😀");
  const auto reading = reader->finish(exited(0));
  REQUIRE(reading.output);
  CHECK(reading.output->size() == 1024 * 1024 - 3);
  CHECK(reading.output->ends_with("😀"));
}

TEST_CASE("a command's bytes become valid text", "[agents]") {
  auto reader = command();
  reader->read_output("caf\xE9 \xF0\x9F");
  reader->read_output("\x98\x80");
  reader->read_errors("\xFF");
  const auto reading = reader->finish(exited(0));
  CHECK(reading.output == "caf\uFFFD 😀");
  CHECK(reading.outcome.body == "caf\uFFFD 😀\n\uFFFD");
}

TEST_CASE("a command's stream in any pieces reads the same", "[agents]") {
  std::string text;
  for (int i = 0; i < 3000; ++i) text += "zeile " + std::to_string(i) + " ü\n";
  auto whole = command();
  whole->read_output(text);
  const auto expected = whole->finish(exited(1)).outcome.body;
  for (const std::size_t step : {1, 7, 4096, 16384, 30000}) {
    CAPTURE(step);
    auto reader = command();
    for (std::size_t at = 0; at < text.size(); at += step)
      reader->read_output(std::string_view(text).substr(at, step));
    CHECK(reader->finish(exited(1)).outcome.body == expected);
  }
}
