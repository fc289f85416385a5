# R's joint tests of several groups' changes; run in this folder: Rscript joint.R
suppressMessages({library(clubSandwich); library(jsonlite)})

unbal <- read.csv("a12_unbal.csv")
unbal$place <- match(unbal$school, sort(unique(unbal$school))) - 1
unbal$row <- seq_len(nrow(unbal)) - 1
unbal$mixed <- factor(unbal$row %% 3)         # groups within every school
unbal$four <- factor((unbal$row * 7) %% 4)
unbal$nested <- factor(unbal$place %% 3)      # a school belongs to one group
unbal$team <- unbal$place %/% 2               # clusters of two schools
unbal$crossing <- unbal$row %% 9              # clusters that cut across schools

joint <- function(fit, cluster, terms) {
  C <- constrain_equal(terms, coefs = coef(fit))
  test <- Wald_test(fit, constraints = C, vcov = "CR2", cluster = cluster, test = "HTZ")
  b <- coef(fit)[terms]
  list(range = max(b) - min(b), F = test$Fstat, df_num = test$df_num, df = test$df_denom,
       p = test$p_val)
}
own <- function(data, group) {  # wave x each level, without a common wave
  X <- model.matrix(~ 0 + data[[group]])
  colnames(X) <- paste0("w", seq_len(ncol(X))); X * data$t
}
run <- function(group, cluster, effects = TRUE, within = TRUE) {
  d <- unbal; W <- own(d, group); d <- cbind(d, W)
  rest <- if (effects) "factor(school)" else NULL
  if (within) rest <- c(rest, group)
  formula <- reformulate(c("0", colnames(W), rest), "y")
  joint(lm(formula, d), d[[cluster]], seq_len(ncol(W)))
}
out <- list(
  mixed_school = run("mixed", "school"),               # Wald_test(..., test = "HTZ")
  four_school = run("four", "school"),
  mixed_team = run("mixed", "team"),
  mixed_crossing = run("mixed", "crossing"),
  nested_school = run("nested", "school", within = FALSE),
  mixed_plain = run("mixed", "school", effects = FALSE)
)
write(toJSON(out, digits = NA, auto_unbox = TRUE, pretty = TRUE), "joint.json")
