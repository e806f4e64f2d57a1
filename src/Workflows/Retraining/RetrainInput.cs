namespace Understudy.Workflows.Retraining;

/// <summary>What a <c>retrain</c> workflow depends on, frozen when it starts.</summary>
/// <param name="Task">The task.</param>
/// <param name="Serving">The release that the new one is compared with, and whose other models it keeps.</param>
/// <param name="FromServing">Whether the student goes on from the one that serves, or begins anew.</param>
/// <param name="Reason">Who or what started it, for the report.</param>
/// <param name="Settings">The options at the start.</param>
public sealed record RetrainInput(string Task, string Serving, bool FromServing, string Reason, RetrainSettings Settings);
