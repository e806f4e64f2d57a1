using System.Text.Json;
using Understudy.Workflows.Durable;

namespace Understudy.LocalHost.Durable;

/// <summary>The end of a step that workflow code holds as a task. Completing it runs the code behind it at once, on the caller's stack.</summary>
internal abstract class StepWaiter(StepAction action)
{
    public StepAction Action { get; } = action;

    /// <summary>Completes the step with JSON, or with the failure to read it.</summary>
    public abstract void Complete(string? json);

    public abstract void Fail(Exception exception);

    public abstract void Cancel(CancellationToken token);
}

/// <inheritdoc/>
internal sealed class StepWaiter<T>(StepAction action) : StepWaiter(action)
{
    private readonly TaskCompletionSource<T> _source = new();

    public Task<T> Task => _source.Task;

    public override void Complete(string? json)
    {
        T value;
        try
        {
            value = json is null ? default! : JsonSerializer.Deserialize<T>(json, DurableJson.Options)!;
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            _source.TrySetException(new InvalidDataException(
                $"'{Action.Name}' gave JSON that does not read as {typeof(T)}: {e.Message}", e));
            return;
        }

        _source.TrySetResult(value);
    }

    public override void Fail(Exception exception) => _source.TrySetException(exception);

    public override void Cancel(CancellationToken token) => _source.TrySetCanceled(token);
}
