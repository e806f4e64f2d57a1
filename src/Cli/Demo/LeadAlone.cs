using Understudy.Inference.Pipelines;
using Understudy.Inference.Releases;

namespace Understudy.Cli.Demo;

/// <summary>The lead over the same mails with no student before it: what the cascade is compared with.</summary>
/// <param name="Labels">Its answers, in the mails' order.</param>
/// <param name="ModelMilliseconds">Its model time over all of them.</param>
internal sealed record LeadAlone(IReadOnlyList<string> Labels, double ModelMilliseconds)
{
    /// <summary>Runs the verify stage on every mail, in groups as large as those that the cascade's lead may be given.</summary>
    public static LeadAlone Run(
        Release release, IReadOnlyList<TestMail> mails, int group, Action<int> done, CancellationToken cancellationToken)
    {
        using var catalog = new ReleaseCatalog(Path.GetTempPath());
        var inference = new JointInference(catalog);
        var labels = new List<string>(mails.Count);
        var milliseconds = 0.0;
        foreach (var chunk in mails.Chunk(group))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var items = inference.Compress(release, [.. chunk.Select(mail => new PipelineItem { Id = mail.Id, Input = mail.Text })]);
            foreach (var item in inference.Verify(release, [.. items.Select(item => item with { Deferred = true })]))
            {
                labels.Add(release.Manifest.Labels[item.Votes[^1].Label]);
                milliseconds += item.Votes[^1].Milliseconds;
            }

            done(labels.Count);
        }

        return new(labels, milliseconds);
    }
}
