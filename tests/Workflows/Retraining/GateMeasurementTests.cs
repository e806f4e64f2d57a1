using Microsoft.Extensions.Time.Testing;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Releases;
using Understudy.Tests;
using Understudy.Workflows.Retraining;

namespace Understudy.Workflows.Tests.Retraining;

public sealed class GateMeasurementTests
{
    [Fact]
    public async Task Run_TheFirstStudentOfARelease_IsNotComparedWithNone()
    {
        using var folder = new TemporaryFolder();
        var models = folder.At("models");
        await TestModels.WriteAsync(models);
        using var catalog = new ReleaseCatalog(models);
        using var after = catalog.Acquire(TestModels.Task, TestModels.First);
        TestModels.WriteAlone(models);
        using var before = catalog.Acquire(TestModels.Task, TestModels.Alone);
        // The student is sure of half of them and wrong on the other, with a calibration error of 25 %; on this clock it takes 25 ms a text.
        var examples = Enumerable.Range(0, 40).Select(i => new GateExample($"{(i % 2 == 0 ? "you win" : "your refund")} n{i}", "spam", null)).ToList();
        var gate = new GateMeasurement(new JointInference(catalog), new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.FromSeconds(1) });

        var report = await gate.RunAsync(before.Release, after.Release, examples, RetrainSettings.From(new()), TestContext.Current.CancellationToken);

        Assert.InRange(report.After.CalibrationError, 0.2, 0.3);
        Assert.Equal(25, report.After.StudentMilliseconds);
        Assert.Equal(report.After.Bytes - report.Before.Bytes, report.After.AddedBytes);
        Assert.True(report.Accepted, string.Join(' ', report.Reasons));
    }

    [Fact]
    public async Task Run_ReleaseThatServesHasAnEnsemble_IsMeasuredWithoutItAsTheNewOneIs()
    {
        using var folder = new TemporaryFolder();
        var models = folder.At("models");
        await TestModels.WriteAsync(models);
        TestModels.WriteAveraged(models);
        using var catalog = new ReleaseCatalog(models);
        using var before = catalog.Acquire(TestModels.Task, TestModels.Averaged);
        using var after = catalog.Acquire(TestModels.Task, TestModels.First);
        // The student passes them on, the lead says spam, and the average ham.
        var examples = Enumerable.Range(0, 40).Select(i => new GateExample($"your refund n{i}", "spam", null)).ToList();
        var gate = new GateMeasurement(new JointInference(catalog), new FakeTimeProvider());

        var report = await gate.RunAsync(before.Release, after.Release, examples, RetrainSettings.From(new()), TestContext.Current.CancellationToken);

        Assert.Equal((1, 1), (report.Before.Accuracy, report.After.Accuracy));
        Assert.Contains("better in nothing", Assert.Single(report.Reasons));
    }
}
