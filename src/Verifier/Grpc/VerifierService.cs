using Grpc.Core;
using Microsoft.Extensions.Options;
using Understudy.Inference.Candidates;
using Understudy.Inference.Decoding;
using Understudy.Inference.OpenAi;
using Understudy.Verifier.Generations;
using Understudy.Verifier.LanguageModels;
using Understudy.Verifier.Scheduling;

namespace Understudy.Verifier.Grpc;

/// <summary>The gRPC service <c>understudy.verifier.v1</c>; what it promises stands in its proto file.</summary>
internal sealed class VerifierService(
    ModelShelf shelf, Admission admission, StepTurns turns, GenerationRunner runner, VerifyStream streams, Drain drain, IOptions<VerifierLimits> limits,
    VerifierTelemetry telemetry, TimeProvider time)
    : V1.Verifier.VerifierBase
{
    public override async Task Generate(V1.GenerateRequest request, IServerStreamWriter<V1.GenerateReply> responseStream, ServerCallContext context)
    {
        var arrived = time.GetTimestamp();
        var model = shelf.Get(request.Model);
        var prompt = GrpcRequest.Tokens(request.Prompt, model);
        var options = GrpcRequest.Options(model, prompt.Length, request.MaxTokens, request.Sampling, request.Stop, limits.Value);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, drain.Expired);
        using var place = await admission.EnterAsync(stop.Token);
        await foreach (var step in runner.RunAsync(model, prompt, options, arrived, samePrompt: false, stop.Token))
        {
            var reply = new V1.GenerateReply { Text = step.Text, Tokens = { step.Tokens.Select(token => token.Id) } };
            if (step.Finish != FinishReason.None)
            {
                reply.Finish = step.Finish == FinishReason.Stop ? V1.Finish.Stop : V1.Finish.Length;
                reply.Usage = new()
                {
                    PromptTokens = step.Statistics.PromptTokens,
                    CachedTokens = step.CachedTokens,
                    Tokens = step.Statistics.Tokens,
                    Forwards = step.Statistics.Forwards,
                    AcceptedLength = step.Statistics.AcceptedLength,
                };
            }

            await responseStream.WriteAsync(reply, context.CancellationToken); // also when the time is up meanwhile: a write that is cancelled resets the call
        }

        telemetry.Answered("generate", model.Name, time.GetElapsedTime(arrived));
    }

    public override async Task<V1.ScoreReply> Score(V1.ScoreRequest request, ServerCallContext context)
    {
        var arrived = time.GetTimestamp();
        var model = shelf.Get(request.Model);
        var prompt = GrpcRequest.Tokens(request.Prompt, model);
        if (request.Candidates.Count == 0)
        {
            throw new RequestInvalidException("'candidates' is empty; give at least one.", "candidates", RequestInvalidException.Missing);
        }

        var candidates = request.Candidates.Select((candidate, index) => GrpcRequest.Continuation(candidate, prompt, model, $"candidates[{index}]")).ToArray();
        if (candidates.Sum(candidate => candidate.Length) is var total && total > limits.Value.CandidateTokens)
        {
            throw new RequestInvalidException($"The candidates have {total:N0} tokens together; at most {limits.Value.CandidateTokens:N0} are scored at once (Limits:CandidateTokens). Give fewer or shorter ones.", "candidates");
        }

        if (prompt.Length > limits.Value.PromptTokens)
        {
            throw new RequestInvalidException($"The prompt has {prompt.Length:N0} tokens; the limit is {limits.Value.PromptTokens:N0} (Limits:PromptTokens). Shorten it.", "prompt", RequestInvalidException.TooLong);
        }

        if (prompt.Length > model.MaxTokens)
        {
            throw new SequenceTooLongException(prompt.Length, model.MaxTokens);
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, drain.Expired);
        using var place = await admission.EnterAsync(stop.Token);
        var session = model.Model.Rent(prompt);
        try
        {
            await turns.ReadPromptAsync(session, prompt, stop.Token);
            var reply = new V1.ScoreReply();

            // What one pass takes together is one turn, and others get theirs between.
            foreach (var pass in CandidateScorer.Passes(session.Model, prompt.Length, candidates))
            {
                using var turn = await turns.TakeAsync(stop.Token);
                reply.LogLikelihoods.Add(CandidateScorer.Score(session, prompt, candidates[pass], request.ByLength));
            }

            telemetry.Answered("score", model.Name, time.GetElapsedTime(arrived));
            return reply;
        }
        finally
        {
            model.Model.Return(session);
        }
    }

    public override Task Verify(IAsyncStreamReader<V1.VerifyRequest> requestStream, IServerStreamWriter<V1.VerifyReply> responseStream, ServerCallContext context) =>
        streams.RunAsync(requestStream, responseStream, context.CancellationToken);
}
