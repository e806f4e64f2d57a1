using Azure;
using Azure.Core;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Options;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Durable;

namespace Understudy.Workflows.Retraining.Jobs;

/// <summary>
/// Trains in a container job: lays the order where the job finds it, has the job started, and listens to its heartbeat. A start that is repeated
/// starts nothing as long as one is under way; who starts is settled by a blob, so that of two that start at once one does. Thread-safe.
/// </summary>
public sealed class ContainerJobTrainer : ITrainer
{
    /// <summary>A start of which nobody knows whether the resource manager took it is tried again after this.</summary>
    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(1);

    private readonly TrainerOptions _options;
    private readonly ContainerJob _job;
    private readonly BlobContainerClient _work;
    private readonly TrainingStates _states;
    private readonly OrderShelf _orders;
    private readonly TimeProvider _time;

    public ContainerJobTrainer(BlobServiceClient blobs, IOptions<TrainerOptions> options, TokenCredential credential, TimeProvider time)
        : this(blobs, options.Value, credential, time, new ArmClientOptions())
    {
    }

    internal ContainerJobTrainer(BlobServiceClient blobs, TrainerOptions options, TokenCredential credential, TimeProvider time, ArmClientOptions client)
    {
        (_options, _time) = (options, time);
        _job = new(options, credential, client);
        _work = blobs.GetBlobContainerClient(BlobContainers.Work);
        _states = new(blobs);
        _orders = new(blobs, time);
    }

    public string? Unavailable => null;

    /// <inheritdoc/>
    /// <exception cref="RetrainingUnavailableException">The resource manager refuses.</exception>
    public async Task StartAsync(TrainingOrder order, CancellationToken cancellationToken)
    {
        var heard = await _states.HearAsync(order, cancellationToken);
        var start = await ReadAsync(order.Run, cancellationToken);
        if (heard?.State.Status is TrainingState.Done or TrainingState.Failed || IsUnderWay(heard, start) || !await TryClaimAsync(order.Run, start?.Tag, cancellationToken))
        {
            return;
        }

        await _states.ForgetAsync(order, cancellationToken);
        await _orders.PlaceAsync(order, cancellationToken);
        string execution;
        try
        {
            execution = await _job.StartAsync(cancellationToken);
        }
        catch
        {
            await _orders.WithdrawAsync(order.Run, CancellationToken.None);
            await Blob(order.Run).DeleteIfExistsAsync(cancellationToken: CancellationToken.None);
            throw;
        }

        await Blob(order.Run).UploadAsync(BinaryData.FromObjectAsJson(new JobStart(execution), DurableJson.Options), overwrite: true, cancellationToken);
    }

    public async Task<TrainingState> LookAsync(TrainingOrder order, CancellationToken cancellationToken)
    {
        var heard = await _states.HearAsync(order, cancellationToken);
        var state = heard?.State ?? new(TrainingState.Running, TrainingState.Wait, 0, "for the trainer's job", _time.GetUtcNow());
        return state.Status is TrainingState.Done or TrainingState.Failed || IsUnderWay(heard, await ReadAsync(order.Run, cancellationToken))
            ? state
            : state with { Status = TrainingState.Lost };
    }

    /// <inheritdoc/>
    /// <exception cref="RetrainingUnavailableException">The resource manager refuses; the order is taken away all the same.</exception>
    public async Task StopAsync(string run, CancellationToken cancellationToken)
    {
        await _orders.WithdrawAsync(run, cancellationToken); // the job ends when it notices, whatever becomes of the call
        if (await ReadAsync(run, cancellationToken) is { Start.Execution: { Length: > 0 } execution })
        {
            await _job.StopAsync(execution, cancellationToken);
        }
    }

    private bool IsUnderWay(Heartbeat? heard, (JobStart Start, ETag Tag, TimeSpan Age)? start) => heard is not null
        ? heard.State.Status == TrainingState.Running && heard.Age < TimeSpan.FromSeconds(_options.LostSeconds)
        : start is { } asked && asked.Age < (asked.Start.Execution is null ? StartPatience : TimeSpan.FromSeconds(_options.StartSeconds));

    private Task<bool> TryClaimAsync(string run, ETag? before, CancellationToken cancellationToken) => Blob(run).TryWriteJsonAsync(new JobStart(null), before, cancellationToken);

    private async Task<(JobStart Start, ETag Tag, TimeSpan Age)?> ReadAsync(string run, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await Blob(run).DownloadContentAsync(cancellationToken);
            var details = answer.Value.Details;
            return (answer.Value.Content.ToObjectFromJson<JobStart>(DurableJson.Options)!, details.ETag, answer.GetRawResponse().Age(details.LastModified));
        }
        catch (RequestFailedException error) when (error.Status == 404)
        {
            return null;
        }
    }

    private BlobClient Blob(string run) => _work.GetBlobClient($"{run}/start.json");
}
