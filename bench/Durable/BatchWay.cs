using System.Diagnostics;
using System.Text.Json;
using Azure.Storage.Blobs;
using Understudy.Bench.Serving;
using Understudy.Workflows.Batches;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Durable;

namespace Understudy.Bench.Durable;

/// <summary>The records as a batch blob through the product's own workflow.</summary>
internal sealed class BatchWay
{
    private readonly ServedTask _served;
    private readonly BinaryData _lines;

    public BatchWay(ServedTask served)
    {
        using var lines = new MemoryStream();
        foreach (var text in served.Texts)
        {
            JsonSerializer.Serialize(lines, new { text });
            lines.WriteByte((byte)'\n');
        }

        _served = served;
        _lines = new(lines.ToArray());
    }

    /// <summary>Uploads the blob, which is its owner's work and not the batch's, and runs its batch; the trigger, should it see the blob first, starts the same run.</summary>
    /// <returns>Seconds from the batch's start to its end.</returns>
    /// <exception cref="InvalidOperationException">It did not answer every record.</exception>
    public async Task<double> RunAsync(string name)
    {
        var blob = _served.Service<BlobServiceClient>().GetBlobContainerClient(BlobContainers.Batches).GetBlobClient($"{_served.Task}/{name}.jsonl");
        var uploaded = await blob.UploadAsync(_lines);
        var clock = Stopwatch.StartNew();
        var id = await _served.Service<BatchStarter>().StartAsync(_served.Task, name, uploaded.Value.ETag.ToString(), CancellationToken.None);
        var state = await _served.Service<IWorkflowClient>().WaitAsync(id);
        var seconds = clock.Elapsed.TotalSeconds;
        if (state.ReadOutput<BatchSummary>() is not { } summary || summary.Answered != _served.Texts.Count)
        {
            throw new InvalidOperationException($"Batch '{name}' ended as {state.Status}: {state.Failure?.Message ?? state.Output?.ToString()}");
        }

        return seconds;
    }
}
