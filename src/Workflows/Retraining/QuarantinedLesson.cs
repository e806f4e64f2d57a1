namespace Understudy.Workflows.Retraining;

/// <summary>A line that cannot teach, as it is kept in <c>quarantine</c>.</summary>
/// <param name="Blob">The blob in <c>teacher-outputs</c>.</param>
/// <param name="Line">From 1.</param>
/// <param name="Reason">What is wrong and what to do.</param>
/// <param name="Raw">The line itself; of a long one its beginning.</param>
internal sealed record QuarantinedLesson(string Blob, long Line, string Reason, string Raw);
