using System.Threading.RateLimiting;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Understudy.Inference.Decoding;
using Understudy.Inference.OpenAi;
using Understudy.Inference.Speculation;
using Understudy.Verifier.LanguageModels;
using Understudy.Verifier.Scheduling;

namespace Understudy.Verifier.Grpc;

/// <summary>
/// A text that a remote draft writes and a model here verifies. However the stream ends (complete, half closed, broken off, idle for too
/// long), its place and its cache of keys and values are given back. Only a caller who is gone cuts a write short: one that is cancelled resets the call.
/// </summary>
internal sealed class VerifyStream(ModelShelf shelf, Admission admission, StepTurns turns, Drain drain, IOptions<VerifierLimits> limits, IOptions<SchedulingOptions> options, VerifierTelemetry telemetry, TimeProvider time)
{
    public async Task RunAsync(IAsyncStreamReader<V1.VerifyRequest> requests, IServerStreamWriter<V1.VerifyReply> replies, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, drain.Expired);
        using var place = await EnterAsync(requests, stop.Token);
        if (!await NextAsync(requests, stop.Token))
        {
            return;
        }

        var begin = requests.Current.Begin ?? throw new RequestInvalidException("The stream does not begin with 'begin'. Send it first, then the trees.", "begin", RequestInvalidException.Missing);
        var model = shelf.Get(begin.Model);
        var prompt = GrpcRequest.Tokens(begin.Prompt, model);
        var generate = GrpcRequest.Options(model, prompt.Length, begin.MaxTokens, begin.Sampling, [], limits.Value);
        generate.Validate();
        var session = model.Model.Rent(prompt, generate.Sampling.IsRepeatable);
        try
        {
            using var verification = new TreeVerification(session, prompt, generate);
            await replies.WriteAsync(new() { Begun = await BeginAsync(model, prompt, session, verification, stop.Token) }, cancellationToken);
            while (await NextAsync(requests, stop.Token))
            {
                var tree = requests.Current.Tree ?? throw new RequestInvalidException("A text has begun on this stream: only 'tree' may follow. Open another stream for another text.", "tree", RequestInvalidException.Missing);
                if (verification.Ended)
                {
                    throw new RequestInvalidException("The text has ended, so nothing can follow it. Open another stream for another text.", "tree");
                }

                await replies.WriteAsync(new() { Path = await VerifyAsync(model, verification, tree, stop.Token) }, cancellationToken);
            }
        }
        finally
        {
            model.Model.Return(session);
        }
    }

    /// <summary>A refusal that crosses the client's first message can reach it as a mere reset, without its reason: so it is said after that message.</summary>
    private async Task<RateLimitLease> EnterAsync(IAsyncStreamReader<V1.VerifyRequest> requests, CancellationToken cancellationToken)
    {
        try
        {
            return admission.EnterStream();
        }
        catch (NoRoomException)
        {
            await NextAsync(requests, cancellationToken);
            throw;
        }
    }

    private async Task<V1.VerifyBegun> BeginAsync(ServedModel model, int[] prompt, DecoderSession session, TreeVerification verification, CancellationToken cancellationToken)
    {
        var cached = await turns.ReadPromptAsync(session, prompt, cancellationToken);
        using var turn = await turns.TakeAsync(cancellationToken);
        return new()
        {
            Prompt = { prompt },
            CachedTokens = cached,
            Token = verification.Begin(),
            Ended = verification.Ended,
            Vocabulary = model.Model.Decoder.Vocabulary,
            MaxNodes = TreeVerification.MaxNodes,
        };
    }

    private async Task<V1.VerifiedPath> VerifyAsync(ServedModel model, TreeVerification verification, V1.TokenTree tree, CancellationToken cancellationToken)
    {
        using var turn = await turns.TakeAsync(cancellationToken);
        if (!model.Model.Decoder.SupportsTrees && tree.Parents.Where((parent, node) => parent != node - 1).Any())
        {
            throw new TokenTreeInvalidException($"The tree forks, and '{model.Name}' can verify chains only. Send one chain: the parents −1, 0, 1, ….");
        }

        var path = verification.Verify(tree.Tokens, tree.Parents);
        telemetry.Verified(model.Name, path.Nodes.Count + (path.Correction >= 0 ? 1 : 0));
        var reply = new V1.VerifiedPath { Nodes = { path.Nodes }, Ended = path.Ended };
        if (path.Correction >= 0)
        {
            reply.Correction = path.Correction;
        }

        return reply;
    }

    /// <summary>Waits for the next message, but not for ever: an open stream holds memory.</summary>
    private async Task<bool> NextAsync(IAsyncStreamReader<V1.VerifyRequest> requests, CancellationToken cancellationToken)
    {
        using var idle = new CancellationTokenSource(TimeSpan.FromSeconds(options.Value.StreamIdleSeconds), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, idle.Token);
        try
        {
            return await requests.MoveNext(either.Token);
        }
        catch (Exception error) when (idle.IsCancellationRequested && !cancellationToken.IsCancellationRequested && error is OperationCanceledException or RpcException { StatusCode: StatusCode.Cancelled })
        {
            throw new RpcException(new(StatusCode.DeadlineExceeded, $"The stream brought nothing for {options.Value.StreamIdleSeconds} s (Scheduling:StreamIdleSeconds) and was ended. Open another one."));
        }
    }
}
