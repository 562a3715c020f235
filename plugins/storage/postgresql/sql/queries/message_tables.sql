-- Messages and their states, by a list of ids o.
message m ON m.id = o.id LEFT JOIN queue q ON q.id = o.id LEFT JOIN finished f ON f.id = o.id
