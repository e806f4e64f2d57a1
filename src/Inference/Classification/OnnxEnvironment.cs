using System.Globalization;
using Microsoft.ML.OnnxRuntime;

namespace Understudy.Inference.Classification;

/// <summary>
/// Says what threads the ONNX sessions of the process work on. Left to itself, every session has a pool whose threads spin long after their
/// work: with two of them on a few cores both get slower than either alone. Thread-safe.
/// </summary>
public static class OnnxEnvironment
{
    /// <summary>How long a thread of a session's own pool looks out for work: longer than the gap between two operators, shorter than one between two requests.</summary>
    private const int SpinMicroseconds = 50;

    private static readonly Lazy<bool> Shared = new(Start);

    /// <summary>Whether the process's pool exists; false where something else has set up ONNX Runtime first: sessions then keep pools of their own.</summary>
    internal static bool IsShared => Shared.Value;

    /// <summary>Options for a session on the CPU. Dispose them once the session exists.</summary>
    public static SessionOptions NewSessionOptions(SessionThreads threads = SessionThreads.Shared)
    {
        var shared = IsShared; // before any options: those made first would set up ONNX Runtime themselves, without the pool
        var options = new SessionOptions
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        if (threads == SessionThreads.Caller)
        {
            options.IntraOpNumThreads = 1;
        }
        else if (threads == SessionThreads.Own || !shared)
        {
            options.IntraOpNumThreads = Environment.ProcessorCount;
            options.AddSessionConfigEntry("session.intra_op.spin_duration_us", SpinMicroseconds.ToString(CultureInfo.InvariantCulture));
            options.AddSessionConfigEntry("session.force_spinning_stop", "1");
        }
        else
        {
            options.DisablePerSessionThreads();
        }

        return options;
    }

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
