using System.Text;
using Understudy.Cli.Shell;

namespace Understudy.Cli.Datasets;

/// <summary>Files that a command reads.</summary>
internal static class InputFile
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The same path.</summary>
    /// <param name="path">The file.</param>
    /// <param name="remedy">What to name instead of what is no file.</param>
    /// <exception cref="CommandFailedException">There is no such file.</exception>
    public static string Existing(string path, string remedy = "Name a file.") => File.Exists(path)
        ? path
        : throw new CommandFailedException($"{(Directory.Exists(path) ? $"'{path}' is a folder." : $"There is no file '{path}'.")} {remedy}");

    /// <summary>Its text.</summary>
    /// <exception cref="CommandFailedException">There is no such file, or it is no text.</exception>
    public static async Task<string> TextAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllTextAsync(Existing(path), Strict, cancellationToken).ConfigureAwait(false);
        }
        catch (DecoderFallbackException)
        {
            throw new CommandFailedException($"'{path}' is not valid UTF-8. Save it as UTF-8 (without another encoding's bytes in it).");
        }
    }
}
