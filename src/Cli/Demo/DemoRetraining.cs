using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Azure.Storage.Blobs;
using Understudy.Cli.Shell;
using Understudy.Inference.Datasets;
using Understudy.Inference.Pipelines;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Retraining;

namespace Understudy.Cli.Demo;

/// <summary>The second act: what the lead said about the mails becomes lessons, and a student learns from them.</summary>
internal static class DemoRetraining
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>What the lead said by itself, as lessons.</summary>
    public static IReadOnlyList<DatasetRecord> Lessons(IReadOnlyList<TestMail> mails, IReadOnlyList<Answer> lead) =>
        [.. mails.Zip(lead, (mail, answer) => new DatasetRecord
        {
            Id = mail.Id,
            Text = mail.Text,
            Teacher = new() { Model = $"lead@{answer.Receipt.Release}", Label = answer.Label, Probabilities = answer.Probabilities, Source = "recorded by the demo" },
        })];

    /// <summary>Adds recorded answers to the lessons that the host kept by itself: whoever drops a file there teaches.</summary>
    public static async Task TeachAsync(HostProcess host, IEnumerable<DatasetRecord> lessons, CancellationToken cancellationToken)
    {
        var lines = string.Concat(lessons.Select(lesson => JsonSerializer.Serialize(lesson, JsonSerializerOptions.Web) + "\n"));
        var blob = new BlobServiceClient(host.Storage).GetBlobContainerClient(BlobContainers.TeacherOutputs).GetBlobClient($"{DemoPlan.Task}/recorded.jsonl");
        await blob.UploadAsync(new BinaryData(lines), overwrite: true, cancellationToken);
    }

    /// <summary>Starts a retraining and waits for it.</summary>
    /// <exception cref="CommandFailedException">It failed.</exception>
    public static async Task<(RetrainReport Report, string Version)> RunAsync(HostProcess host, Action<string> say, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        using var started = await host.Http.PostAsync($"/api/tasks/{DemoPlan.Task}/retrain", null, cancellationToken);
        var operation = started.EnsureSuccessStatusCode().Headers.Location!;
        var stage = "";
        while (true)
        {
            var state = await host.Http.GetFromJsonAsync<JsonElement>(operation, cancellationToken);
            if (state.TryGetProperty("progress", out var progress) && progress.Deserialize<RetrainProgress>(DurableJson.Options) is { } now && now.Stage != stage)
            {
                stage = now.Stage;
                say($"retraining: {stage}");
            }

            switch (state.GetProperty("status").GetString())
            {
                case "pending" or "running":
                    await Task.Delay(Pause, cancellationToken);
                    break;
                case "succeeded":
                    var result = state.GetProperty("result").Deserialize<RetrainResult>(DurableJson.Options)!;
                    var report = new RetrainReport(
                        result.Lessons, Round(result.Before), Round(result.After), result.Accepted, result.Reasons, Math.Round(clock.Elapsed.TotalSeconds, 1));
                    return (report, result.Version);
                default:
                    throw new CommandFailedException($"The retraining did not succeed: {state}");
            }
        }
    }

    private static double? Round(double? value) => value is { } number ? Math.Round(number, 4) : null;
}
