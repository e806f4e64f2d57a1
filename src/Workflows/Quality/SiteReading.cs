using Understudy.Inference.Quality;

namespace Understudy.Workflows.Quality;

/// <summary>What a site had last counted when it was looked at: its counts only grow, until another release serves or its agent starts anew.</summary>
/// <param name="Release">That served there.</param>
/// <param name="Escalated">Answers that the lead had checked.</param>
/// <param name="Agreed">Of those, where the surest student's label stood.</param>
/// <param name="Inputs">What it has counted of its inputs; null where it counts none.</param>
internal sealed record SiteReading(string Release, long Escalated, long Agreed, InputCounts? Inputs = null);
