module understudy.example/consumer

go 1.19
