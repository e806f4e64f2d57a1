using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Understudy.Training.Onnx;

namespace Understudy.Bench.PeerEngines;

/// <summary>An engine for Node.js, in a process of its own that answers a line of JSON with a line of JSON.</summary>
internal sealed class NodeEngine : IEngine
{
    private const int LastWords = 600;

    private readonly Process _process;
    private readonly StringBuilder _errors = new();

    private NodeEngine(string name, Process process) => (Name, _process) = (name, process);

    public string Name { get; }

    /// <summary>llama.cpp, through node-llama-cpp.</summary>
    public static Task<IEngine> StartLlamaAsync(DecoderWeights weights, DecoderPrecision precision, string folder, int threads)
    {
        var path = Path.Combine(folder, "model.gguf");
        GgufExport.Save(weights, precision, path);
        return StartAsync("node-llama-cpp", "llama.mjs", path, Text(threads), Text(weights.Shape.MaxTokens));
    }

    /// <summary>transformers.js on onnxruntime-node.</summary>
    public static Task<IEngine> StartTransformersAsync(DecoderWeights weights, DecoderPrecision precision, string folder, int threads)
    {
        var path = Path.Combine(folder, "hugging-face");
        HuggingFaceFolder.Save(weights, precision, path);
        return StartAsync("transformers.js", "transformers.mjs", path, Text(threads));
    }

    public async Task<EngineRun> RunAsync(int[] prompt, int tokens)
    {
        await _process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(new { prompt, tokens }));
        await _process.StandardInput.FlushAsync();
        var run = JsonSerializer.Deserialize<EngineRun>(await ReadAsync(), JsonSerializerOptions.Web)!;
        return run.Tokens.Length == tokens ? run : throw new EngineFailedException($"{Name} gave {run.Tokens.Length} tokens instead of {tokens}.");
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    private static async Task<IEngine> StartAsync(string name, string script, params string[] arguments)
    {
        var start = new ProcessStartInfo("node", [script, .. arguments])
        {
            WorkingDirectory = PeerPackages.Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        NodeEngine engine;
        try
        {
            engine = new(name, Process.Start(start)!);
        }
        catch (Win32Exception)
        {
            throw new EngineFailedException("Node.js is missing: there is no 'node' on the PATH.");
        }

        engine._process.ErrorDataReceived += (_, line) =>
        {
            lock (engine._errors)
            {
                engine._errors.AppendLine(line.Data);
            }
        };
        engine._process.BeginErrorReadLine();
        try
        {
            await engine.ReadAsync();
            return engine;
        }
        catch
        {
            await engine.DisposeAsync();
            throw;
        }
    }

    private async Task<string> ReadAsync()
    {
        if (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            return line;
        }

        await _process.WaitForExitAsync();
        lock (_errors)
        {
            var words = _errors.ToString().Trim();
            throw new EngineFailedException($"{Name} ended with code {_process.ExitCode}: {words[^Math.Min(words.Length, LastWords)..]}");
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
