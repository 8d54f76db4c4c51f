export { DEFAULT_VLLM_VERSION, vllm } from './vllm';
