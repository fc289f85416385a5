# Seconds of CR2 with Satterthwaite df by clubSandwich, from a file of rows
# prints estimate, standard error, df and processor seconds of fit, variance and test together
library(clubSandwich)
d <- read.csv(commandArgs(TRUE)[1])
covariates <- setdiff(names(d), c("y", "school"))
took <- system.time({
  fit <- lm(reformulate(covariates, "y"), data = d)
  found <- coef_test(fit, vcov = "CR2", cluster = d$school, test = "Satterthwaite",
                     coefs = covariates[1])
})
cat(found$beta, found$SE, found$df_Satt, took[["user.self"]] + took[["sys.self"]])
