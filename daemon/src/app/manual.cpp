#include "app/manual.hpp"

#include <fmt/format.h>

#include "text/ascii.hpp"

namespace understudy::daemon::app {

namespace {

/// Text of a manual: no character of it is markup.
std::string roff(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\')
      out += "\\e";
    else if (c == '-')
      out += "\\-";
    else if (c == '\n')
      out += ' ';
    else
      out += c;
  }
  if (out.starts_with('.') || out.starts_with('\'')) out.insert(0, "\\&");
  return out;
}

std::string bold(std::string_view text) {
  return "\\fB" + roff(text) + "\\fR";
}

std::string option_names(const OptionText& option) {
  std::string names;
  for (const auto& name : option.names) names += (names.empty() ? "" : ", ") + bold(name);
  if (!option.value.empty()) names += " \\fI" + roff(option.value) + "\\fR";
  return names;
}

std::string upper_case(std::string text) {
  for (char& c : text) c = text::to_upper(c);
  return text;
}

void describe(std::string& out, const CommandText& command, std::string_view but) {
  for (const auto& option : command.options)
    if (option.names.back() != but)
      out += fmt::format(".TP\n{}\n{}\n", option_names(option), roff(option.help));
}

constexpr std::string_view the_rest = R"(.SH EXIT STATUS
.TP
.B 0
It did what was asked; for
.BR serve ,
after SIGTERM or SIGINT.
.TP
.B 1
It failed.
.TP
.B 2
Bad usage, or a configuration with problems.
.SH ENVIRONMENT
.TP
.B XDG_STATE_HOME
The default state directory is
.I understudy
in it.
.TP
.B DOCKER_HOST
The engine's socket, unless the configuration names one.
.TP
.B UNDERSTUDY_NO_CGROUP
Set to anything: processes are not put into cgroups.
.SH FILES
In the state directory:
.TP
.I config.json
The configuration, unless
.B \-\-config
names another.
.TP
.I understudy.db
Everything the daemon remembers.
.TP
.I understudy.db.backup
A copy of it, at most a day old.
.TP
.I operator\-token
Who has it may do everything.
.SH EXAMPLES
.nf
understudyd check fleet.json
understudyd serve \-\-config fleet.json
understudyd backup /var/backups/understudy.db
.fi
)";

}  // namespace

std::string manual_page(const std::vector<CommandText>& texts) {
  const auto& program = texts.front();
  std::string out =
      fmt::format(".TH UNDERSTUDYD 1 \"\" \"Understudy {}\" \"Understudy\"\n", UNDERSTUDY_VERSION);
  out += ".SH NAME\nunderstudyd \\- " + roff(program.help) + "\n.SH SYNOPSIS\n";
  for (std::size_t i = 1; i < texts.size(); ++i) {
    std::string files;
    for (const auto& option : texts[i].options)
      if (option.by_position) files += " " + roff(option.names.back());
    out +=
        fmt::format("{}.B understudyd {}\n[OPTIONS]{}\n", i == 1 ? "" : ".br\n", roff(texts[i].name), files);
  }
  out += ".SH OPTIONS\n";
  describe(out, program, "");
  std::string group;
  for (std::size_t i = 1; i < texts.size(); ++i) {
    const auto& command = texts[i];
    if (command.group != group) {
      out += fmt::format(".SH {}\n", upper_case(command.group));
      group = command.group;
    }
    out += fmt::format(".SS {}\n{}.\n", roff(command.name), roff(command.help));
    if (!command.details.empty()) out += ".PP\n" + roff(command.details) + "\n";
    describe(out, command, "--help");
  }
  return out.append(the_rest);
}

std::string completion_of(std::string_view shell, const std::vector<CommandText>& texts) {
  if (shell == "bash") return bash_completion(texts);
  if (shell == "zsh") return zsh_completion(texts);
  return shell == "fish" ? fish_completion(texts) : manual_page(texts);
}

}  // namespace understudy::daemon::app
