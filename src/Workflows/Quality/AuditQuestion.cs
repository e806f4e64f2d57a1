using Understudy.Inference.Pipelines;

namespace Understudy.Workflows.Quality;

/// <summary>An answer that the lead is to be asked about.</summary>
/// <param name="Task">The task.</param>
/// <param name="Release">The version that answered.</param>
/// <param name="Item">What it answered.</param>
/// <param name="Said">The answer's label or text.</param>
/// <param name="Share">The probability with which it was drawn.</param>
/// <param name="Hour">When it was given, by the hour.</param>
/// <param name="Store">Whether what the lead says of it may be kept as a lesson.</param>
internal sealed record AuditQuestion(string Task, string Release, PipelineItem Item, string Said, double Share, DateTimeOffset Hour, bool Store);
