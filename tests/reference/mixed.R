# lme4's and lmerTest's answers on mixed models of a change; run in this folder: Rscript mixed.R
# R 4.2.2, lme4 1.1-31, lmerTest 3.1-3, jsonlite.
suppressMessages({library(lme4); library(lmerTest); library(jsonlite)})
few <- read.csv("a12_long.csv"); unbalanced <- read.csv("a12_unbal.csv")
many <- read.csv("b100_long.csv.gz")
many$team <- substr(many$school, 1, 3)
first <- function(k) few[few$school %in% unique(few$school)[1:k], ]
answer <- function(formula, data, term) {
  fit <- suppressMessages(suppressWarnings(lmer(formula, data)))
  own <- summary(fit)$coefficients[term, ]
  list(b = own[["Estimate"]], se = own[["Std. Error"]], df = own[["df"]],
       p = own[["Pr(>|t|)"]], singular = isSingular(fit), criterion = REMLcrit(fit))
}
change <- y ~ t + (1 + t | school) + (1 | pid)
effect <- y ~ t * treat + (1 + t | school) + (1 | pid)
out <- list(
  few = answer(change, few, "t"),
  unbalanced = answer(change, unbalanced, "t"),
  many = answer(change, many, "t"),
  teams = answer(y ~ t + (1 + t | team) + (1 + t | school) + (1 | pid), many, "t"),
  four = answer(change, first(4), "t"),
  five = answer(change, first(5), "t"),
  nobody_linked = answer(y ~ t + (1 + t | school), unbalanced, "t"),
  few_effect = answer(effect, few, "t:treat"),
  many_effect = answer(effect, many, "t:treat")
)
write_json(out, "mixed.json", digits = 12, auto_unbox = TRUE, pretty = TRUE)
