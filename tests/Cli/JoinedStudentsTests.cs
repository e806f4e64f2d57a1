using System.Text.Json;
using Understudy.Cli.Calibration;
using Understudy.Cli.Optimization;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Quality;
using Understudy.Inference.Releases;

namespace Understudy.Cli.Tests;

/// <summary>A promise holds only if what is calibrated, searched and compared is what serves: everybody joins students in the same way.</summary>
public sealed class JoinedStudentsTests : IDisposable
{
    private static readonly string[] Texts = ["good", "bad", "fine", "good fine", "bad fine", "bad good", "other"];

    private readonly MoodModels _models = new();

    public void Dispose() => _models.Dispose();

    [Fact]
    public async Task Joined_InServiceAndInCalibration_IsTheSame()
    {
        _models.WriteRelease("v2", joined: true);
        using var catalog = new ReleaseCatalog(_models.Models);
        string kept;
        using (var lease = catalog.Acquire("mood", "v2"))
        {
            kept = string.Concat(Enumerable.Range(0, Texts.Length).Select(i => Line(lease.Release, i) + "\n"));
        }

        _models.WriteRelease("v3", kept, joined: true);
        using var own = catalog.Acquire("mood", "v3");
        var (release, manifest) = (own.Release, own.Release.Manifest);

        var votes = await VotesAsync(new(catalog), release);

        var joined = votes.Where(said => said.Count == 2).Select(said => said[1]).ToArray();
        Assert.Equal(Texts.Length, joined.Length);
        Assert.Contains(joined, vote => Math.Abs(vote.Probabilities[vote.Label] - vote.Confidence) > 0.1);
        var outputs = TierOutputs.Read(Path.Combine(catalog.FolderOf("mood", "v3"), TierOutputs.FileName), manifest);
        var table = outputs.Table(manifest);
        Assert.All(joined.Zip(table.Examples), pair =>
        {
            Assert.Equal(pair.First.Label, pair.Second.Labels[1]);
            Assert.Equal(pair.First.Confidence, pair.Second.Confidences[1], 1e-4);
        });
        var counts = CalibratedAgreement.Read(catalog.FolderOf("mood", "v3"), release)!;
        Assert.Equal(joined.Count(vote => vote.Answers), counts.Undeferred);
        Assert.InRange(counts.Undeferred, 1, Texts.Length - 1);
        var way = new RecordedWay("none", outputs, 0, [0.001, 0.1, 10], 1);
        Assert.Equal((double)counts.Undeferred / Texts.Length, ServingGrid.Serve(way, way, [.. manifest.Tiers.SkipLast(1)], [0.99999, 0.9], ensemble: null).StudentShare, 1e-9);
    }

    private static string Line(Release release, int text)
    {
        var logits = release.Students.Append(release.Lead).ToDictionary(tier => tier.Name, tier =>
        {
            var scores = new float[2];
            tier.Classifier.Score([Texts[text]], scores);
            return scores;
        });
        return JsonSerializer.Serialize(new { id = $"{text}", label = 0, logits });
    }

    private static async Task<List<IReadOnlyList<TierVote>>> VotesAsync(JointInference inference, Release release)
    {
        var items = inference.Compress(release, [.. Texts.Select((text, i) => new PipelineItem { Id = $"{i}", Input = text })]);
        return [.. (await inference.CascadeAsync(release, items, TestContext.Current.CancellationToken)).Select(item => item.Votes)];
    }
}
