using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Understudy.Inference.OpenAi;
using Understudy.Inference.Pipelines;

namespace Understudy.Api.OpenAi;

/// <summary>
/// An answer as events: the pieces that the lead writes as it writes them, then what is left of the answer, in one piece where it is only
/// there whole, then the receipt.
/// </summary>
internal sealed class AnswerStream(CompletionCall call, CompletionForm form, CompletionHead head)
{
    private readonly Channel<string> _pieces = Channel.CreateUnbounded<string>(new() { SingleReader = true });

    /// <summary>Takes a piece from whoever writes.</summary>
    public void Add(string piece) => _pieces.Writer.TryWrite(piece);

    /// <summary>Waits until there is something to stream. Until then a failure is thrown, and has a status of its own.</summary>
    public async Task BeginAsync(Task<Answer> answering, CancellationToken cancellationToken)
    {
        // Whoever waits for the pieces is told of a failure by the answer.
        _ = answering.ContinueWith(_ => _pieces.Writer.TryComplete(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        if (!await _pieces.Reader.WaitToReadAsync(cancellationToken))
        {
            await answering;
        }
    }

    /// <summary>The data of each event.</summary>
    public async IAsyncEnumerable<string> EventsAsync(Task<Answer> answering, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (form.Opening(head) is { } opening)
        {
            yield return OpenAiJson.Write(opening);
        }

        var sent = new StringBuilder();
        await foreach (var piece in _pieces.Reader.ReadAllAsync(cancellationToken))
        {
            sent.Append(piece);
            yield return OpenAiJson.Write(form.Piece(head, piece));
        }

        var (answer, error) = await FinishAsync(answering, sent.ToString());
        if (error is not null)
        {
            yield return OpenAiJson.Write(error);
            yield break;
        }

        if (TaskAnswer.Text(answer!)[sent.Length..] is { Length: > 0 } rest)
        {
            yield return OpenAiJson.Write(form.Piece(head, rest));
        }

        yield return OpenAiJson.Write(form.Last(head, TaskAnswer.Finish(answer!), JsonSerializer.SerializeToElement(answer!.Receipt, ApiJson.Default.Receipt)));
        if (call.IncludeUsage)
        {
            yield return OpenAiJson.Write(form.Closing(head, TaskAnswer.Usage(answer, call.Input)));
        }

        yield return "[DONE]";
    }

    /// <summary>The answer, or what is to be said instead of it: the stream has begun, and its status is spent.</summary>
    private static async Task<(Answer? Answer, ErrorBody? Error)> FinishAsync(Task<Answer> answering, string sent)
    {
        try
        {
            var answer = await answering;
            return TaskAnswer.Text(answer).StartsWith(sent, StringComparison.Ordinal)
                ? (answer, null)
                : (null, new(new("The lead failed while it wrote, so what came of its answer does not stand. Send the request again.", "server_error", null, "lead_failed")));
        }
        catch (Exception exception) when (OpenAiGuard.Error(exception) is { } error)
        {
            return (null, error.Body);
        }
    }
}
