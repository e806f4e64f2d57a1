using System.Globalization;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Understudy.Verifier.Problems;
using Understudy.Verifier.Scheduling;

namespace Understudy.Verifier.Grpc;

/// <summary>Turns what goes wrong into gRPC's status, with OpenAI's words and the time to wait in trailers.</summary>
internal sealed partial class StatusInterceptor(Drain drain, VerifierTelemetry telemetry, ILogger<StatusInterceptor> log) : Interceptor
{
    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
        GuardAsync(context, () => continuation(request, context));

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation) =>
        GuardAsync(context, () => Nothing(continuation(request, responseStream, context)));

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, DuplexStreamingServerMethod<TRequest, TResponse> continuation) =>
        GuardAsync(context, () => Nothing(continuation(requestStream, responseStream, context)));

    private static async Task<bool> Nothing(Task task)
    {
        await task;
        return true;
    }

    private async Task<T> GuardAsync<T>(ServerCallContext context, Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (Exception error) when (error is not RpcException)
        {
            if (error is OperationCanceledException or IOException && context.CancellationToken.IsCancellationRequested)
            {
                throw new RpcException(new(StatusCode.Cancelled, "The caller is gone."));
            }

            var problem = Problem.Of(error is OperationCanceledException && drain.Expired.IsCancellationRequested
                ? new NotReadyException("The service stopped before the answer was complete. Send the request again.")
                : error);
            if (problem.IsOurs)
            {
                Failed(error, context.Method);
            }

            telemetry.Refused(problem.Code ?? "error");
            var trailers = new Metadata();
            Add(trailers, "understudy-code", problem.Code);
            Add(trailers, "understudy-field", problem.Param);
            Add(trailers, "retry-after", problem.RetryAfter is { } wait ? ((int)wait.TotalSeconds).ToString(CultureInfo.InvariantCulture) : null);
            throw new RpcException(new(problem.Grpc, problem.Message), trailers);
        }
    }

    private static void Add(Metadata trailers, string name, string? value)
    {
        if (value is not null)
        {
            trailers.Add(name, value);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} failed.")]
    private partial void Failed(Exception error, string method);
}
