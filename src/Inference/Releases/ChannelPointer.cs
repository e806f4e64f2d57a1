using System.Globalization;
using System.Text;
using Understudy.Inference.Signing;

namespace Understudy.Inference.Releases;

/// <summary>
/// Where a channel points: signed, and numbered so that an older pointer, though its signature is good, is known for what it is.
/// Stands in <c>channels/{channel}.json</c>.
/// </summary>
public sealed record ChannelPointer
{
    /// <summary>The release; null when the channel points to none.</summary>
    public string? Version { get; init; }

    /// <summary>The SHA-256 of that release's manifest, in lower-case hexadecimal digits.</summary>
    public string? Manifest { get; init; }

    /// <summary>
    /// Above that of every pointer before it. At least the time in milliseconds, so that this holds also for one who has lost the pointer before.
    /// </summary>
    public required long Sequence { get; init; }

    public required DateTimeOffset MovedAt { get; init; }

    public string KeyId { get; init; } = "";

    /// <summary>r and s in Base64, over <see cref="Statement"/>.</summary>
    public string Signature { get; init; } = "";

    /// <summary>The next pointer of a channel, signed.</summary>
    /// <param name="task">Its task.</param>
    /// <param name="channel">Its name.</param>
    /// <param name="before">The pointer that it takes the place of; null for the first.</param>
    /// <param name="version">The release; null for none.</param>
    /// <param name="manifest">The hash of its manifest.</param>
    /// <param name="movedAt">Now.</param>
    /// <param name="signer">Vouches for it.</param>
    /// <exception cref="ReleaseInvalidException">The pointer before has the highest number there is.</exception>
    public static ChannelPointer Next(
        string task, string channel, ChannelPointer? before, string? version, string? manifest, DateTimeOffset movedAt, IReleaseSigner signer)
    {
        if (before is { Sequence: long.MaxValue })
        {
            throw new ReleaseInvalidException(task, [$"channel '{channel}': no pointer can follow pointer {before.Sequence}, the last number there is. Delete it, wherever it has been seen."]);
        }

        var next = new ChannelPointer
        {
            Version = version,
            Manifest = manifest,
            Sequence = Math.Max((before?.Sequence ?? 0) + 1, movedAt.ToUnixTimeMilliseconds()),
            MovedAt = movedAt.ToUniversalTime(),
            KeyId = signer.KeyId,
        };
        return next with { Signature = Convert.ToBase64String(signer.Sign(next.Statement(task, channel))) };
    }

    /// <summary>Whether a trusted key signed it for this task and channel.</summary>
    public bool IsSignedFor(string task, string channel, ReleaseTrust trust)
    {
        Span<byte> signature = stackalloc byte[64];
        return Convert.TryFromBase64String(Signature, signature, out var length) && length == signature.Length
            && trust.Verify(KeyId, Statement(task, channel), signature);
    }

    /// <summary>What is signed: the fields, a line each. None of them can hold a line break.</summary>
    private byte[] Statement(string task, string channel) => Encoding.UTF8.GetBytes(string.Join(
        '\n', "understudy channel 1", task, channel, Version, Manifest, Sequence.ToString(CultureInfo.InvariantCulture), MovedAt.ToString("O", CultureInfo.InvariantCulture)));
}
