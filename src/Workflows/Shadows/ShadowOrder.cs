using Understudy.Workflows.Retraining;

namespace Understudy.Workflows.Shadows;

/// <summary>That a candidate is to answer live inputs, unseen; as a blob in the run's folder of <c>work</c>, which goes with the run.</summary>
/// <param name="Training">What was trained, and beside which release it answers.</param>
/// <param name="Version">The name of the release to be.</param>
/// <param name="CreatedAt">When the run began.</param>
/// <param name="Until">Later inputs are not its any more.</param>
/// <param name="Measured">What the gate measured; null for a gate of before.</param>
internal sealed record ShadowOrder(TrainingOrder Training, string Version, DateTimeOffset CreatedAt, DateTimeOffset Until, string? Measured = null)
{
    public const string FileName = "order.json";

    public string Blob => Folder + FileName;

    /// <summary>Of what hosts counted, a blob for each time that one began.</summary>
    public string CountsFolder => $"{Folder}counts/";

    private string Folder => $"{Training.Run}/shadow/";
}
