# R's answers for cluster-robust least squares; run in this folder: Rscript cr2.R
suppressMessages({library(clubSandwich); library(jsonlite)})

ask <- function(fit, cluster, coef) {
  r <- coef_test(fit, vcov = "CR2", cluster = cluster, test = "Satterthwaite", coefs = coef)
  list(b = r$beta, se = r$SE, df = r$df_Satt, p = r$p_Satt)
}
out <- list()
a12 <- read.csv("a12_long.csv"); a12w <- read.csv("a12_wide.csv"); unbal <- read.csv("a12_unbal.csv")
b100 <- read.csv("b100_long.csv.gz"); b100w <- read.csv("b100_wide.csv.gz")
c2w <- read.csv("c2_wide.csv")
c2w$workshop <- paste(c2w$school, ave(seq_len(nrow(c2w)), c2w$school, FUN = seq_along) %/% 45)
c2 <- rbind(data.frame(school = c2w$school, workshop = c2w$workshop, t = 0, y = c2w$pre),
            data.frame(school = c2w$school, workshop = c2w$workshop, t = 1, y = c2w$post))

# all respondents of both waves, school fixed effects, clusters = schools
out$a12_fe <- ask(lm(y ~ t + factor(school), a12), a12$school, "t")
out$unbal_fe <- ask(lm(y ~ t + factor(school), unbal), unbal$school, "t")
out$unbal_plain <- ask(lm(y ~ t, unbal), unbal$school, "t")
out$c2_fe <- ask(lm(y ~ t + factor(school), c2), c2$school, "t")
out$b100_fe <- ask(lm(y ~ t + factor(school), b100), b100$school, "t")

# clusters finer than schools: workshops
out$c2_workshop <- ask(lm(y ~ t + factor(school), c2), c2$workshop, "t")
# clusters coarser than schools: four trainers of three schools
trainer <- function(school) as.integer(sub("s", "", school)) %% 4
out$unbal_trainer <- ask(lm(y ~ t + factor(school), unbal), trainer(unbal$school), "t")
# clusters that cut across schools: each respondent's place in the file, five trainers
crossing <- seq_len(nrow(unbal)) %% 5
out$unbal_crossing <- ask(lm(y ~ t + factor(school), unbal), crossing, "t")
# clusters of one row: HC2
out$unbal_rows <- ask(lm(y ~ t, unbal), seq_len(nrow(unbal)), "t")
out$unbal_rows_fe <- ask(lm(y ~ t + factor(school), unbal), seq_len(nrow(unbal)), "t")

# weights: every school's change counts the same, or by given numbers
size <- ave(unbal$y, unbal$school, unbal$t, FUN = length)
unbal$ws <- 1 / size
schools <- sort(unique(unbal$school))
unbal$wb <- (100 + 50 * (match(unbal$school, schools) %% 5)) / size
out$unbal_school_mean <- ask(lm(y ~ t + factor(school), unbal, weights = ws), unbal$school, "t")
out$unbal_beneficiary <- ask(lm(y ~ t + factor(school), unbal, weights = wb), unbal$school, "t")
out$unbal_school_mean_trainer <-
  ask(lm(y ~ t + factor(school), unbal, weights = ws), trainer(unbal$school), "t")
out$unbal_school_mean_crossing <-
  ask(lm(y ~ t + factor(school), unbal, weights = ws), crossing, "t")
c2$w <- 1 + (seq_len(nrow(c2)) %% 7) / 3
out$c2_weighted_workshop <- ask(lm(y ~ t + factor(school), c2, weights = w), c2$workshop, "t")
a12w$w <- 1 + (seq_len(nrow(a12w)) %% 5) / 4
for (k in c("(Intercept)", "treat", "pre")) {
  out[[paste0("a12_ancova_", k)]] <- ask(lm(post ~ treat + pre, a12w), a12w$school, k)
  out[[paste0("a12_ancova_weighted_", k)]] <-
    ask(lm(post ~ treat + pre, a12w, weights = w), a12w$school, k)
  out[[paste0("b100_ancova_", k)]] <- ask(lm(post ~ treat + pre, b100w), b100w$school, k)
}

# means of one wave, linked gains, differences of changes
out$a12_pre_mean <- ask(lm(pre ~ 1, a12w), a12w$school, "(Intercept)")
out$a12_gain <- ask(lm(I(post - pre) ~ 1, a12w), a12w$school, "(Intercept)")
out$b100_gain <- ask(lm(I(post - pre) ~ 1, b100w), b100w$school, "(Intercept)")
out$a12_did <- ask(lm(y ~ t * treat, a12), a12$school, "t:treat")
out$b100_did <- ask(lm(y ~ t * treat, b100), b100$school, "t:treat")
out$unbal_did <- ask(lm(y ~ t * treat, unbal), unbal$school, "t:treat")
out$unbal_did_fe <- ask(lm(y ~ t + t:treat + factor(school), unbal), unbal$school, "t:treat")
odd <- seq_len(nrow(unbal)) %% 2
out$unbal_did_within <- ask(lm(y ~ t * odd + factor(school), unbal), unbal$school, "t:odd")

# a school seen in one wave only changes nothing
one <- unbal[!(unbal$school == "s003" & unbal$t == 1), ]
out$unbal_one_wave <- ask(lm(y ~ t + factor(school), one), one$school, "t")

out$versions <- list(R = R.version.string, clubSandwich = as.character(packageVersion("clubSandwich")))
write_json(out, "cr2.json", digits = 15, auto_unbox = TRUE, pretty = TRUE)
