using Microsoft.ML.OnnxRuntime;
using Understudy.Inference.Classification;

namespace Understudy.Inference.Decoding;

/// <summary>Opens the ONNX files of decoding: large ones with threads of their own, small ones on the caller's thread alone.</summary>
internal static class OnnxFile
{
    /// <summary>Bytes below which a model runs on the thread that calls it: what a second thread would save it loses by being woken, and the large model that comes next waits for it.</summary>
    private const long Small = 4 << 20;

    /// <summary>Which threads a model is to have. Its weights may lie in files beside the graph: <c>model.onnx_data</c>, <c>model.onnx.data</c> or <c>model.data</c>.</summary>
    internal static SessionThreads ThreadsFor(string path)
    {
        var (folder, name) = (Path.GetDirectoryName(Path.GetFullPath(path))!, Path.GetFileName(path));
        var files = Directory.EnumerateFiles(folder, $"{name}*").Append(Path.ChangeExtension(path, ".data")).Where(File.Exists);
        return files.Sum(file => new FileInfo(file).Length) < Small ? SessionThreads.Caller : SessionThreads.Own;
    }

    /// <exception cref="ModelInvalidException">The file is missing, truncated or no ONNX model, or the provider is not in this build.</exception>
    public static InferenceSession Open(string path, ExecutionProvider provider)
    {
        if (!File.Exists(path))
        {
            throw new ModelInvalidException($"There is no model '{path}'. Train or download it, or name another file.");
        }

        using var options = OnnxEnvironment.NewSessionOptions(ThreadsFor(path));
        if (provider == ExecutionProvider.Cuda)
        {
            AddCuda(options);
        }

        try
        {
            return new InferenceSession(path, options);
        }
        catch (OnnxRuntimeException error)
        {
            throw new ModelInvalidException(
                $"'{Path.GetFileName(path)}' ({new FileInfo(path).Length:N0} bytes) cannot be read as an ONNX model: it is truncated, damaged or uses operators this runtime lacks. Copy or export it again. ({error.Message.Trim()})", error);
        }
    }

    private static void AddCuda(SessionOptions options)
    {
        try
        {
            options.AppendExecutionProvider_CUDA();
        }
        catch (Exception error) when (error is OnnxRuntimeException or EntryPointNotFoundException)
        {
            throw new ModelInvalidException(
                "The CUDA provider is not in this build, or its libraries cannot be loaded. Build with -p:Accelerator=cuda for a machine with CUDA 13, cuDNN 9 and a driver of R580 or newer, or use the CPU.", error);
        }
    }
}
