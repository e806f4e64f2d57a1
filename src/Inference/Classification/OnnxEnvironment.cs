using Microsoft.ML.OnnxRuntime;

namespace Understudy.Inference.Classification;

/// <summary>
/// One thread pool for every ONNX session of the process. Sessions with pools of their own spin against each other: with two of them on a
/// few cores both get slower than either alone. Thread-safe.
/// </summary>
public static class OnnxEnvironment
{
    private static readonly Lazy<bool> Shared = new(Start);

    /// <summary>Options for a session on the CPU. Dispose them once the session exists.</summary>
    /// <param name="onCaller">Whether the session is to use no thread but the one that runs it.</param>
    public static SessionOptions NewSessionOptions(bool onCaller = false)
    {
        var options = new SessionOptions
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        var shared = Shared.Value; // before any session, also one without threads: the first one would set up ONNX Runtime otherwise
        if (onCaller)
        {
            options.IntraOpNumThreads = 1;
        }
        else if (shared)
        {
            options.DisablePerSessionThreads();
        }

        return options;
    }

    /// <summary>False where something else in the process has set up ONNX Runtime first: its sessions then keep pools of their own.</summary>
    private static bool Start()
    {
        if (OrtEnv.IsCreated)
        {
            return false;
        }

        using var threads = new OrtThreadingOptions
        {
            GlobalIntraOpNumThreads = Environment.ProcessorCount,
            GlobalInterOpNumThreads = 1,

            // A thread that spins between two requests takes its core from whoever serves the next one.
            GlobalSpinControl = false,
        };
        var options = new EnvironmentCreationOptions
        {
            logId = "understudy",
            logLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
            threadOptions = threads,
        };
        OrtEnv.CreateInstanceWithOptions(ref options);
        return true;
    }
}
