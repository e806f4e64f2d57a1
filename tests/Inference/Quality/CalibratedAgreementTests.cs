using Understudy.Inference.Cascades;
using Understudy.Inference.Ensembles;
using Understudy.Inference.Quality;
using Understudy.Inference.Releases;
using Understudy.Inference.Tests.Pipelines;
using Understudy.Inference.Tests.Releases;

namespace Understudy.Inference.Tests.Quality;

public sealed class CalibratedAgreementTests : IDisposable
{
    /// <summary>The small student answers the first two, wrongly once; the medium one the third; nobody the last two, of which the medium one knows one.</summary>
    private static readonly string[] Students =
    [
        """
        "label":0,"logits":{"small":[9,0],"medium":[9,0]
        """,
        """
        "label":1,"logits":{"small":[9,0],"medium":[9,0]
        """,
        """
        "label":1,"logits":{"small":[0,0.1],"medium":[0,9]
        """,
        """
        "label":1,"logits":{"small":[0.5,0],"medium":[0,0.6]
        """,
        """
        "label":0,"logits":{"small":[0.5,0],"medium":[0,0.6]
        """,
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("understudy").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Read_LeadsLogitsAreNotThere_TheLabelIsItsWord()
    {
        var counts = Read(Students.Select(line => $"{{{line}}}}}"))!;

        Assert.Equal((3, 1, 2, 2, 2, 1, 0), (counts.Undeferred, counts.Disagreed, counts.Deferred, counts.DeferredAgreed, counts.Ruled, counts.RuledAgreed, counts.Degraded));
        Assert.Equal([4, 1], counts.Inputs!.Labels);
        Assert.Equal([0, 0, 3, 0, 0, 0, 0, 0, 0, 2], counts.Inputs.Confidence); // 0.52, 0.62 twice, and e⁹ : 1 twice
    }

    [Fact]
    public void Read_LeadsLogitsAreThere_TheyAreItsWord()
    {
        var counts = Read(Students.Select(line => $"{{{line},\"lead\":[0,3]}}}}"))!;

        Assert.Equal((3, 2, 2, 2), (counts.Undeferred, counts.Disagreed, counts.Ruled, counts.RuledAgreed));
    }

    [Fact]
    public void Read_AnEnsembleNeedsTheLeadsLogits_WhatItWouldSayIsNotKnown()
    {
        var counts = Read(Students.Select(line => $"{{{line}}}}}"), Ensemble.Vote)!;

        Assert.Equal((3, 0, 2, 2), (counts.Undeferred, counts.Deferred, counts.Degraded, counts.Ruled));
        Assert.Equal(0, Read(Students.Select(line => $"{{{line},\"lead\":[0,3]}}}}"), Ensemble.Vote)!.Degraded);
    }

    [Theory]
    [InlineData("""{"logits":{"small":[9,0],"medium":[9,0]}}""")] // what the lead says of it
    [InlineData("""{"label":"spam","logits":{"small":[9,0],"medium":[9,0]}}""")]
    [InlineData("""{"label":2,"logits":{"small":[9,0],"medium":[9,0]}}""")]
    [InlineData("""{"label":1,"logits":{"small":[9,0],"lead":[9,0]}}""")] // what a student says of it
    [InlineData("""{"label":1,"logits":{"small":[9,0,0],"medium":[9,0]}}""")]
    [InlineData("""{"label":1}""")]
    public void Read_SomethingIsNotKnown_IsNothing(string line) => Assert.Null(Read([line]));

    private QualityCounts? Read(IEnumerable<string> lines, string ensemble = Ensemble.Last)
    {
        File.WriteAllLines(Path.Combine(_folder, "calibration.jsonl"), lines);
        var manifest = ModelsFolder.Manifest("1.0") with { Files = [new("calibration.jsonl", "", 0)], Ensemble = ensemble };
        using var release = new Release(
            manifest,
            [new("small", new FixedClassifier("small", 0, 2), 1, 0.9, 0.1), new("medium", new FixedClassifier("medium", 0, 2), 1, 0.95, 1)],
            new Tier("lead", new FixedClassifier("lead", 0, 2), 1, 0, 10));
        return CalibratedAgreement.Read(_folder, release);
    }
}
