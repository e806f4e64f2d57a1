using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Understudy.Workflows.Durable;

namespace Understudy.LocalHost.Durable;

/// <summary>What workflow code sees of the embedded engine.</summary>
internal sealed class EmbeddedWorkflowContext(WorkflowRun run, InstanceRow row, ILogger logger) : WorkflowContext
{
    private readonly ILogger _logger = new ReplaySafeLogger(logger, () => run.IsReplaying);
    private int _guids;

    public override string InstanceId => row.Id;

    public override int Version => row.Version;

    public override DateTimeOffset CurrentUtcDateTime => run.Now;

    public override bool IsReplaying => run.IsReplaying;

    public override ILogger Logger => _logger;

    /// <inheritdoc/>
    /// <remarks>A hash of the run's id and a counter, marked as a version 8 UUID.</remarks>
    public override Guid NewGuid()
    {
        run.RequireTurn();
        Span<byte> seed = stackalloc byte[20];
        row.RunId.TryWriteBytes(seed, bigEndian: true, out _);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(seed[16..], _guids++);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(seed, hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new(hash[..16], bigEndian: true);
    }

    public override Task<TOut> CallActivityAsync<TIn, TOut>(ActivityName<TIn, TOut> name, TIn input, RetryPolicy? retry = null) =>
        run.Schedule<TOut>(HistoryKind.ActivityScheduled, name.Value, Write(input), retry: retry);

    public override Task<TOut> CallWorkflowAsync<TIn, TOut>(WorkflowName<TIn, TOut> name, TIn input, string? instanceId = null, RetryPolicy? retry = null) =>
        run.Schedule<TOut>(HistoryKind.WorkflowScheduled, name.Value, Write(input), childId: instanceId, retry: retry);

    public override Task CreateTimer(DateTimeOffset fireAt, CancellationToken cancellationToken = default) =>
        cancellationToken.IsCancellationRequested
            ? Task.FromCanceled(cancellationToken)
            : run.ScheduleTimer<bool>(fireAt, cancellationToken);

    public override Task<T> WaitForEventAsync<T>(string name, TimeSpan? timeout = null) => run.AwaitEvent<T>(name, timeout);

    public override void SetStatus<T>(T status)
    {
        run.RequireTurn();
        run.NewStatus = Write(status);
    }

    public override void ContinueAsNew<TIn>(TIn input) => run.ContinueWith(JsonSerializer.Serialize(input, DurableJson.Options));

    // History holds the input already when the code is replayed.
    private string? Write<T>(T value) => run.IsReplaying ? null : JsonSerializer.Serialize(value, DurableJson.Options);
}
