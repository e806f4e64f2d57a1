using System.Diagnostics;
using System.Text.Json;
using Understudy.Tests;

namespace Understudy.EndToEnd.Tests.Demo;

/// <summary>The demo with the real host, the real mail and a real SIGKILL, at a reduced size.</summary>
public sealed class DemoTests
{
    private const int Mails = 60;
    private const int BatchMails = 45;

    [Fact]
    public async Task Demo_HostKilledInTheMiddle_AnswersEveryRecordOnce()
    {
        using var folder = new TemporaryFolder();
        await MailRelease.WriteAsync(folder.At("models"), TestContext.Current.CancellationToken);

        await RunAsync(folder.At("models"), folder.At("temporary"), leastAccuracy: 0.7);
    }

    [Fact]
    public async Task Demo_ReleaseOfTheRepository_AnswersEveryRecordOnce()
    {
        var models = Repository.Models();
        Assert.SkipWhen(models is null, "models/mail-triage has no stable release: train it with 'understudy train'.");
        using var folder = new TemporaryFolder();

        await RunAsync(models!, folder.At("temporary"), leastAccuracy: 0.9);
    }

    [Fact]
    public async Task Demo_AskedToEndDuringTheBatch_LeavesNothingBehind()
    {
        using var folder = new TemporaryFolder();
        await MailRelease.WriteAsync(folder.At("models"), TestContext.Current.CancellationToken);
        using var demo = DemoProcess.Start(folder.At("models"), folder.At("temporary"), 400);

        await demo.HearAsync("SIGKILL to process", TestContext.Current.CancellationToken);
        demo.AskToEnd();
        var (code, _) = await demo.EndAsync(TestContext.Current.CancellationToken);

        Assert.Equal(1, code);
        Assert.Contains("Cancelled.", demo.Said);
        AssertNothingLeft(demo, folder.At("temporary"));
    }

    [Fact]
    public async Task Demo_NoSuchTask_SaysSoAndFails()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.At("models"));
        using var demo = DemoProcess.Start(folder.At("models"), folder.At("temporary"), Mails);

        var (code, output) = await demo.EndAsync(TestContext.Current.CancellationToken);

        Assert.Equal(1, code);
        Assert.Contains(MailRelease.Task, JsonDocument.Parse(output).RootElement.GetProperty("error").GetString());
    }

    private static async Task RunAsync(string models, string temporary, double leastAccuracy)
    {
        using var demo = DemoProcess.Start(models, temporary, Mails);

        var (code, output) = await demo.EndAsync(TestContext.Current.CancellationToken);

        Assert.True(code == 0, $"Exit code {code}. It said: {demo.Said}");
        var report = JsonDocument.Parse(output).RootElement;
        Assert.Equal(
            ["mails", "accuracy", "leadAccuracy", "macroF1", "studentShare", "costRatio", "batch", "retrain", "edge", "seconds"],
            report.EnumerateObject().Select(property => property.Name));
        Assert.Equal(Mails, report.GetProperty("mails").GetInt32());
        Assert.InRange(report.GetProperty("accuracy").GetDouble(), leastAccuracy, 1);
        Assert.InRange(report.GetProperty("leadAccuracy").GetDouble(), leastAccuracy, 1);
        Assert.InRange(report.GetProperty("macroF1").GetDouble(), 0.2, 1);
        Assert.InRange(report.GetProperty("studentShare").GetDouble(), 0.01, 1);
        Assert.InRange(report.GetProperty("costRatio").GetDouble(), 0.0001, 1000);
        Assert.InRange(report.GetProperty("seconds").GetDouble(), 0.1, 180);
        var batch = report.GetProperty("batch");
        Assert.Equal(BatchMails, batch.GetProperty("records").GetInt32());
        Assert.Equal(0, batch.GetProperty("lost").GetInt32());
        Assert.Equal(0, batch.GetProperty("duplicated").GetInt32());
        Assert.True(batch.GetProperty("killed").GetBoolean());
        var edge = report.GetProperty("edge");
        Assert.True(edge.GetProperty("updated").GetBoolean());
        Assert.InRange(edge.GetProperty("agreement").GetDouble(), 0.5, 1);
        Assert.InRange(edge.GetProperty("bytesSent").GetInt64(), 1, edge.GetProperty("bytesFull").GetInt64() + 4096);
        var retrain = report.GetProperty("retrain");
        Assert.InRange(retrain.GetProperty("lessons").GetInt32(), 1, Mails + 1);
        Assert.NotEmpty(retrain.GetProperty("reasons").EnumerateArray());
        Assert.Equal(5, demo.Hosts.Count); // the host, twice, the edge agent, and both again
        AssertNothingLeft(demo, temporary);
    }

    private static void AssertNothingLeft(DemoProcess demo, string temporary)
    {
        Assert.Empty(Directory.EnumerateDirectories(temporary, "understudy-demo-*"));
        Assert.All(demo.Hosts, host => Assert.Throws<ArgumentException>(() => Process.GetProcessById(host)));
    }
}
