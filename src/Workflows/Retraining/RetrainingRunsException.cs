namespace Understudy.Workflows.Retraining;

/// <summary>A retraining of the task runs, and does something else than what was asked for.</summary>
/// <param name="id">The operation that runs.</param>
/// <param name="input">How it was started.</param>
public sealed class RetrainingRunsException(string id, RetrainInput input) : Exception(FormattableString.Invariant(
    $"Task '{input.Task}' is being retrained by operation '{id}' with other settings: from '{(input.FromServing ? "serving" : "scratch")}', shadowSeconds {input.Settings.ShadowSeconds}."));
