using Understudy.Inference.Tasks;

namespace Understudy.Api.Tasks;

/// <summary>A task as the API shows it.</summary>
/// <param name="Release">The version that answers now; null when there is none yet.</param>
public sealed record TaskView(
    string Name,
    string Kind,
    IReadOnlyList<string> Labels,
    string Instruction,
    string Metric,
    string Input,
    Guarantee Guarantee,
    string? Release);
