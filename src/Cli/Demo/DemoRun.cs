using System.Diagnostics;
using Understudy.Cli.Datasets;
using Understudy.Cli.Evaluation;
using Understudy.Cli.Shell;
using Understudy.Inference.Datasets;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Releases;

namespace Understudy.Cli.Demo;

/// <summary>
/// The story: start the product, send mail both ways, kill it, start it again, count, update an edge site and let it answer alone, compare
/// with the lead alone, and teach a student from what the lead said.
/// </summary>
internal sealed class DemoRun(ReleaseCatalog catalog, int maxMails, DemoScreen screen)
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    /// <exception cref="CommandFailedException">Something did not happen as promised.</exception>
    public async Task<DemoResult> RunAsync(CancellationToken cancellationToken)
    {
        using var lease = catalog.Acquire(DemoPlan.Task);
        var release = lease.Release;
        var program = HostFiles.Find();
        var mails = TestMails.Load(maxMails, cancellationToken);
        var (singles, batch) = TestMails.Part(mails, DemoPlan.Singles(mails.Count));
        screen.Say($"Release {release.Manifest.Version} of {DemoPlan.Task}: {string.Join(", ", release.Students.Append(release.Lead).Select(tier => tier.Name))}. {mails.Count} mails that no model has seen.");

        await using var folder = new DemoFolder();
        var (answers, report, edge) = await ServeAsync(program, folder.Path, release.Manifest.Version, singles, batch, cancellationToken);
        var (evaluation, lead) = await EvaluateAsync(release, mails, cancellationToken);
        var (retrained, updated) = await RetrainAsync(program, folder.Path, release.Manifest.Version, DemoRetraining.Lessons(mails, lead), edge, cancellationToken);
        return DemoResult.Of(mails, answers, evaluation, report, retrained, updated, _clock.Elapsed);
    }

    private async Task<(IReadOnlyList<MailAnswer> Answers, BatchReport Batch, EdgeReport Edge)> ServeAsync(
        string program, string data, string version, IReadOnlyList<TestMail> singles, IReadOnlyList<TestMail> batch, CancellationToken cancellationToken)
    {
        var shard = DemoPlan.ShardRecords(batch.Count);
        Task<HostProcess> StartAsync() => HostProcess.StartAsync(program, data, catalog.ModelsFolder, shard, cancellationToken);

        var host = await StartAsync();
        try
        {
            screen.Say($"The host serves at {host.Http.BaseAddress} (process {host.Id}).");
            var single = await screen.FollowAsync(
                "one by one over HTTP", singles.Count, done => SingleMails.SendAsync(host.Http, singles, done, cancellationToken));

            var dropped = await MailBatch.DropAsync(host, "demo", batch, cancellationToken);
            var state = await screen.FollowAsync(
                "the rest as a batch", batch.Count, done => dropped.FollowAsync(host.Http, progress => IsMiddle(progress.Done, batch.Count), done, cancellationToken));
            var killed = state.IsUnderWay;
            if (killed)
            {
                await host.KillAsync();
                screen.Say($"SIGKILL to process {host.Id} after {state.Progress!.Done} of {batch.Count} records.");
                await host.DisposeAsync();
                host = await StartAsync();
                screen.Say($"Started again on the same data folder (process {host.Id}).");
                await screen.FollowAsync(
                    "the batch, resumed", batch.Count, done => dropped.FollowAsync(host.Http, _ => false, done, cancellationToken));
            }

            var results = await dropped.ResultsAsync(host, cancellationToken);
            List<MailAnswer> answers = [.. single, .. results];
            var edge = await EdgeAsync(host, SiteFolder(data), version, [.. singles, .. batch], answers, cancellationToken);
            return (answers, BatchReport.Of([.. batch.Select(mail => mail.Id)], [.. results.Select(result => result.Id)], killed), edge);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CommandFailedException($"{exception.Message}{Environment.NewLine}The host's last lines:{Environment.NewLine}{string.Join(Environment.NewLine, host.Tail)}");
        }
        finally
        {
            await host.DisposeAsync();
        }
    }

    /// <summary>The site takes the release over the host's storage; then the host ends, storage and all, and the site answers by itself.</summary>
    private async Task<EdgeReport> EdgeAsync(
        HostProcess host, string data, string version, IReadOnlyList<TestMail> mails, List<MailAnswer> answers, CancellationToken cancellationToken)
    {
        await using var site = await EdgeSite.StartAsync(data, host.Storage, cancellationToken);
        var status = await site.UpdateAsync(host.Http, version, cancellationToken);
        screen.Say($"An edge agent (process {site.Id}) took release {status.Version}: {status.BytesSent} of {status.BytesFull} bytes. The host ends; the site is on its own.");
        await host.DisposeAsync();
        var labels = await screen.FollowAsync("the same mails at the edge, offline", mails.Count, done => site.AnswerAsync(mails, done, cancellationToken));
        return new(status.Version == version, status.BytesSent, status.BytesFull, Math.Round((double)answers.Count(answer => labels[answer.Id] == answer.Label) / Math.Max(1, answers.Count), 4));
    }

    /// <summary>On the same data folder, where the host kept the lead's answers, with the demo's own copy of the task.</summary>
    private async Task<(RetrainReport Report, EdgeReport Edge)> RetrainAsync(
        string program, string data, string serving, IReadOnlyList<DatasetRecord> lessons, EdgeReport edge, CancellationToken cancellationToken)
    {
        var (first, later) = DemoPlan.Days(lessons);
        screen.Say($"Back to the first day: a student that has seen {first.Count} of the lead's answers serves.");
        var models = await Task.Run(() => DemoModels.PrepareAsync(catalog.ModelsFolder, serving, data, first, cancellationToken), cancellationToken);
        await using var host = await HostProcess.StartAsync(program, data, models, DemoPlan.ShardRecords(lessons.Count), cancellationToken);
        await DemoRetraining.TeachAsync(host, later, cancellationToken);
        screen.Say($"The host (process {host.Id}) has {later.Count} more of the lead's answers as lessons now; no gold label is among them.");
        await using var site = await EdgeSite.StartAsync(SiteFolder(data), host.Storage, cancellationToken);
        screen.Say($"The edge agent is back (process {site.Id}).");
        var (report, version) = await DemoRetraining.RunAsync(host, screen.Say, cancellationToken);
        screen.Say($"The new student is {(report.Accepted ? "released" : "not released")}: {string.Join(' ', report.Reasons)}");
        if (!report.Accepted)
        {
            return (report, edge);
        }

        var status = await site.TakenAsync(version, cancellationToken);
        screen.Say($"It has come to the edge site by itself: {status.BytesSent} of {status.BytesFull} bytes, the rest was there.");
        return (report, edge with { BytesSent = status.BytesSent, BytesFull = status.BytesFull });
    }

    private static string SiteFolder(string data) => Path.Combine(data, "edge");

    private async Task<(EvaluationReport Report, IReadOnlyList<Answer> Lead)> EvaluateAsync(Release release, IReadOnlyList<TestMail> mails, CancellationToken cancellationToken)
    {
        var data = new LabelledData([.. mails.Select(mail => new LabelledRecord(mail.Id, mail.Text, mail.Label))], []);
        var run = new CascadeRun(catalog, release);
        var report = await screen.FollowAsync("beside the lead alone", mails.Count, done => Task.Run(
            () => run.RunAsync(data, share => done((int)(share * mails.Count)), cancellationToken), cancellationToken));
        return (report, run.LeadAlone);
    }

    private static bool IsMiddle(int done, int total) => done >= total * 0.3;
}
