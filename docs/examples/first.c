/* A provider refuses an agent's key: what was that, and who serves the next task? */
#include <stdio.h>

#include "understudy/failover.h"

static const char* policy =
    "{\"provider_chain\": [{\"provider\": \"anthropic\", \"model\": \"claude-opus-4-7\"},"
    " {\"provider\": \"deepseek\", \"model\": \"deepseek-v4-pro\"}]}";

int main(void) {
  const int64_t now_ms = INT64_C(1800000000000); /* yours: a clock, in Unix milliseconds */
  char event[4096];
  char *verdict = NULL, *step = NULL;
  int code = understudy_classify("{\"surface\": \"http\", \"status\": 401, \"body\": \"invalid x-api-key\"}",
                                 now_ms, &verdict);
  if (code == UNDERSTUDY_OK) {
    puts(verdict);
    snprintf(event, sizeof event, "{\"type\": \"outcome\", \"verdict\": %s}", verdict);
    code = understudy_step(policy, NULL, event, now_ms, &step); /* NULL: a new agent */
    puts(step ? step : "no memory");                            /* or {"error": ...} */
  }
  understudy_free(verdict);
  understudy_free(step);
  return code == UNDERSTUDY_OK ? 0 : 1;
}
