using Understudy.Inference.Pipelines;
using Understudy.Inference.Releases;

namespace Understudy.Inference.Sites;

/// <summary>What every student makes of texts, whether or not the cascade would ask it; of a release without students, what its lead does.</summary>
internal static class StudentVotes
{
    /// <returns>Each text with what each student says of it.</returns>
    public static async Task<IReadOnlyList<PackageSample>> OfAsync(Release release, IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        var scorer = new TierScorer(shared: false, TimeProvider.System);
        PipelineItem[] items = [.. texts.Select((text, i) => CompressStage.Run(release, new() { Id = $"{i}", Input = text }, TimeProvider.System))];
        Dictionary<string, float[]>[] votes = [.. texts.Select(_ => new Dictionary<string, float[]>())];
        Dictionary<string, string>[] written = [.. texts.Select(_ => new Dictionary<string, string>())];
        foreach (var student in release.Students.Count > 0 ? release.Students : [release.Lead])
        {
            var said = await scorer.VoteAsync(student, items, cancellationToken).ConfigureAwait(false);
            for (var i = 0; i < said.Length; i++)
            {
                if (said[i].Completion is { } text)
                {
                    written[i][student.Name] = text;
                }
                else
                {
                    votes[i][student.Name] = said[i].Probabilities;
                }
            }
        }

        return [.. texts.Select((text, i) => new PackageSample(text, votes[i]) { Written = written[i].Count > 0 ? written[i] : null })];
    }
}
