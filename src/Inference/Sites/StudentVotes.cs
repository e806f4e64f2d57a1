using Understudy.Inference.Pipelines;
using Understudy.Inference.Releases;

namespace Understudy.Inference.Sites;

/// <summary>What every student makes of texts, whether or not the cascade would ask it.</summary>
internal static class StudentVotes
{
    /// <returns>For each text the calibrated probabilities by student.</returns>
    public static async Task<IReadOnlyList<IReadOnlyDictionary<string, float[]>>> OfAsync(Release release, IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        var scorer = new TierScorer(shared: false, TimeProvider.System);
        PipelineItem[] items = [.. texts.Select((text, i) => CompressStage.Run(release, new() { Id = $"{i}", Input = text }, TimeProvider.System))];
        Dictionary<string, float[]>[] votes = [.. texts.Select(_ => new Dictionary<string, float[]>())];
        foreach (var student in release.Students)
        {
            var said = await scorer.VoteAsync(student, items, cancellationToken).ConfigureAwait(false);
            for (var i = 0; i < said.Length; i++)
            {
                votes[i][student.Name] = said[i].Probabilities;
            }
        }

        return votes;
    }
}
