using System.Diagnostics;
using System.Numerics.Tensors;
using Understudy.Inference.Decoding;
using Understudy.Training.Onnx;

namespace Understudy.Bench.PeerEngines;

/// <summary>Ours, in this process.</summary>
internal sealed class OwnEngine : IEngine
{
    private readonly DecoderModel _model;

    private OwnEngine(DecoderModel model) => _model = model;

    public string Name => "understudy";

    public static Task<IEngine> StartAsync(DecoderWeights weights, DecoderPrecision precision, string folder)
    {
        var path = Path.Combine(folder, "own.onnx");
        DecoderExport.Save(weights, precision, path);
        return Task.FromResult<IEngine>(new OwnEngine(DecoderModel.Load(path)));
    }

    public Task<EngineRun> RunAsync(int[] prompt, int tokens)
    {
        using var session = _model.NewSession();
        var output = new int[tokens];
        output[0] = TensorPrimitives.IndexOfMax(session.Prefill(prompt));
        var began = Stopwatch.GetTimestamp();
        for (var at = 1; at < tokens; at++)
        {
            output[at] = TensorPrimitives.IndexOfMax(session.Step(output[at - 1]));
        }

        return Task.FromResult(new EngineRun(output, Stopwatch.GetElapsedTime(began).TotalMilliseconds));
    }

    public ValueTask DisposeAsync()
    {
        _model.Dispose();
        return ValueTask.CompletedTask;
    }
}
