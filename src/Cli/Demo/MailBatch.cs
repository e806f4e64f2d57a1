using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Azure.Storage.Blobs;
using Understudy.Cli.Shell;
using Understudy.Workflows.Batches;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Durable;

namespace Understudy.Cli.Demo;

/// <summary>A batch: dropped as a blob, noticed by the trigger, followed through its operation, read from its results blob.</summary>
internal sealed class MailBatch
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(40);
    private static readonly TimeSpan TriggerPatience = TimeSpan.FromSeconds(60);

    private readonly string _blob;
    private readonly string _operation;

    private MailBatch(string blob, string operation) => (_blob, _operation) = (blob, operation);

    /// <summary>Drops the mails into <c>batches/{task}/{name}.jsonl</c>; nothing else is told to the host.</summary>
    public static async Task<MailBatch> DropAsync(HostProcess host, string name, IReadOnlyList<TestMail> mails, CancellationToken cancellationToken)
    {
        using var lines = new MemoryStream();
        foreach (var mail in mails)
        {
            lines.Write(JsonSerializer.SerializeToUtf8Bytes(new { id = mail.Id, text = mail.Text }));
            lines.WriteByte((byte)'\n');
        }

        lines.Position = 0;
        var blob = new BlobServiceClient(host.Storage).GetBlobContainerClient(BlobContainers.Batches).GetBlobClient($"{DemoPlan.Task}/{name}.jsonl");
        var dropped = await blob.UploadAsync(lines, overwrite: true, cancellationToken);
        return new(blob.Name, BatchStarter.OperationId(blob.Name, dropped.Value.ETag.ToString()));
    }

    /// <summary>Where it stands; <see langword="null"/> as long as the trigger has not noticed it.</summary>
    public async Task<OperationState?> StateAsync(HttpClient http, CancellationToken cancellationToken)
    {
        using var response = await http.GetAsync($"/api/operations/{_operation}", cancellationToken);
        return response.StatusCode == HttpStatusCode.NotFound
            ? null
            : await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<OperationState>(DurableJson.Options, cancellationToken);
    }

    /// <summary>Watches until the condition holds or the batch is finished.</summary>
    /// <returns>The last state seen.</returns>
    /// <exception cref="CommandFailedException">The batch failed, or the trigger did not notice it.</exception>
    public async Task<OperationState> FollowAsync(
        HttpClient http, Func<BatchProgress, bool> until, Action<int> done, CancellationToken cancellationToken)
    {
        var giveUpAt = DateTimeOffset.UtcNow + TriggerPatience;
        while (true)
        {
            if (await StateAsync(http, cancellationToken) is not { } state)
            {
                if (DateTimeOffset.UtcNow > giveUpAt)
                {
                    throw new CommandFailedException($"The trigger did not start a batch within {TriggerPatience.TotalSeconds:0} s of the blob's arrival.");
                }

                await Task.Delay(Pause, cancellationToken);
                continue;
            }

            done(state.Progress?.Done ?? 0);
            if (!state.IsUnderWay)
            {
                return state.Status == "succeeded"
                    ? state
                    : throw new CommandFailedException($"The batch is {state.Status}: {state.Error}");
            }

            if (state.Progress is { } progress && until(progress))
            {
                return state;
            }

            await Task.Delay(Pause, cancellationToken);
        }
    }

    /// <summary>The answers, in the order of the results blob.</summary>
    public async Task<IReadOnlyList<MailAnswer>> ResultsAsync(HostProcess host, CancellationToken cancellationToken)
    {
        var blob = new BlobServiceClient(host.Storage).GetBlobContainerClient(BlobContainers.Results).GetBlobClient(_blob);
        using var reader = new StreamReader(await blob.OpenReadAsync(cancellationToken: cancellationToken), Encoding.UTF8);
        var answers = new List<MailAnswer>();
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            var result = JsonSerializer.Deserialize<BatchResult>(line, DurableJson.Options)!;
            answers.Add(new(result.Id, result.Label!, result.Receipt));
        }

        return answers;
    }
}
